// Draws every element with data-chart: the address of a specification in JSON.
//
// A specification says what to show (kind: bars, lines or heat), never how; colours,
// light and dark are decided here. The table beside a chart holds the same figures.

// Okabe and Ito's colours, told apart by colour-blind readers; lighter on dark ground.
const SERIES = {
  light: ["#0072b2", "#d55e00", "#8a8f98"],
  dark: ["#56b4e9", "#e69f00", "#8a8f98"],
};
const HEAT = {
  light: ["#eef4fb", "#a9cbe8", "#4f94cd", "#1c5c9c", "#0b2f5b"],
  dark: ["#16243a", "#1f4f82", "#3a86c8", "#86c0ee", "#e3f2ff"],
};
const theme = () => (document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light");
// A canvas knows no custom properties, and not every way of writing a colour: paint a
// dot and read it back.
const ink = (name) => {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  dot.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  dot.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = dot.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
};
const written = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const withUnit = (value, unit) => (value == null ? "–" : `${written.format(value)} ${unit}`);

const frame = (spec) => {
  const text = ink("--tblr-body-color");
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    aria: { enabled: true, label: { description: spec.title } },
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: ink("--tblr-bg-surface"),
      borderColor: ink("--tblr-border-color"),
      textStyle: { color: text },
    },
  };
};

const STRIPES = {
  symbol: "rect",
  dashArrayX: [1, 0],
  dashArrayY: [2, 5],
  rotation: Math.PI / 4,
  color: "rgba(255, 255, 255, 0.55)",
};

const labels = () => ({ color: ink("--tblr-secondary"), hideOverlap: true });

const timeAxis = (spec) => ({
  type: "category",
  data: spec.x.labels,
  axisLabel: labels(),
  axisTick: { show: false },
  axisLine: { lineStyle: { color: ink("--tblr-border-color") } },
});

const amountAxis = (spec) => ({
  type: "value",
  min: 0,
  name: spec.unit,
  nameTextStyle: { color: ink("--tblr-secondary"), align: "left" },
  axisLabel: { ...labels(), formatter: (value) => written.format(value) },
  splitLine: { lineStyle: { color: ink("--tblr-border-color") } },
});

const series = (spec) => {
  const stacked = spec.kind === "bars";
  const shown = spec.series.filter((one) => one.values.some((value) => value > 0));
  const palette = SERIES[theme()];
  return (shown.length ? shown : spec.series.slice(0, 1)).map((one, index) => ({
    name: one.name,
    type: stacked ? "bar" : "line",
    stack: stacked ? "all" : undefined,
    data: one.values,
    color: palette[spec.series.indexOf(one) % palette.length],
    barMaxWidth: 36,
    // Told apart without colour: by stripes, by the shape of the points, by dashes.
    itemStyle: stacked && index ? { decal: STRIPES } : undefined,
    symbol: ["circle", "rect", "triangle"][index % 3],
    symbolSize: 7,
    lineStyle: { width: 2, type: index ? "dashed" : "solid" },
    markLine: index === 0 && spec.goal ? goal(spec) : undefined,
  }));
};

const goal = (spec) => ({
  silent: true,
  symbol: "none",
  label: { formatter: spec.goal.label, position: "insideEndTop", color: ink("--tblr-body-color") },
  lineStyle: { color: ink("--tblr-secondary"), type: "dotted", width: 2 },
  data: [{ yAxis: spec.goal.value }],
});

const alongTime = (spec) => {
  const base = frame(spec);
  return {
    ...base,
    grid: { left: 8, right: 16, top: 56, bottom: 8, containLabel: true },
    legend: { top: 0, right: 0, textStyle: { color: ink("--tblr-body-color") } },
    tooltip: { ...base.tooltip, trigger: "axis", valueFormatter: (value) => withUnit(value, spec.unit) },
    xAxis: timeAxis(spec),
    yAxis: {
      ...amountAxis(spec),
      // The goal stays in view on a day without long waits.
      max: spec.goal ? (range) => Math.max(2 * Math.ceil(range.max / 2), spec.goal.value + 2) : undefined,
    },
    series: series(spec),
  };
};

const heat = (spec) => {
  const base = frame(spec);
  const values = spec.cells.map((cell) => cell[2]);
  const least = Math.min(...values);
  const most = Math.max(...values);
  return {
    ...base,
    grid: { left: 8, right: 8, top: 8, bottom: 56, containLabel: true },
    tooltip: {
      ...base.tooltip,
      formatter: ({ value: [x, y, value] }) =>
        `${spec.y.labels[y]} ${spec.x.labels[x]}\n${withUnit(value, spec.unit)}`,
    },
    xAxis: { ...timeAxis(spec), splitArea: { show: false } },
    yAxis: { ...timeAxis(spec), data: spec.y.labels, inverse: true },
    visualMap: {
      min: least,
      max: most > least ? most : least + 1,
      calculable: false,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: 140,
      text: [written.format(most), written.format(least)],
      textStyle: { color: ink("--tblr-secondary") },
      inRange: { color: HEAT[theme()] },
    },
    series: [
      {
        type: "heatmap",
        data: spec.cells,
        itemStyle: { borderColor: ink("--tblr-bg-surface"), borderWidth: 2, borderRadius: 3 },
      },
    ],
  };
};

const optionOf = (spec) => (spec.kind === "heat" ? heat(spec) : alongTime(spec));

const draw = async (element) => {
  let spec;
  try {
    const answer = await fetch(element.dataset.chart, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    spec = await answer.json();
  } catch {
    element.hidden = true; // the table beside it says the same
    return;
  }
  const chart = window.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(optionOf(spec));
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(() => chart.setOption(optionOf(spec), { notMerge: true })).observe(
    document.documentElement,
    { attributes: true, attributeFilter: ["data-bs-theme"] },
  );
};

if (window.echarts) {
  document.querySelectorAll("[data-chart]").forEach(draw);
} else {
  document.querySelectorAll("[data-chart]").forEach((element) => (element.hidden = true));
}
