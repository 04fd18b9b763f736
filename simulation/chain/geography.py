"""Real provinces, cities and counties for a chain of any size, with neighbourhoods."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class County:
    """`places` are neighbourhoods as (Chinese, English); a rural county has towns."""

    code: str
    zh: str
    en: str
    latitude: float
    longitude: float
    rural: bool
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class City:
    code: str
    zh: str
    en: str
    counties: tuple[County, ...]


@dataclass(frozen=True, slots=True)
class Province:
    code: str
    zh: str
    en: str
    cities: tuple[City, ...]


def _places(text: str) -> tuple[tuple[str, str], ...]:
    """Read `科技园 Science Park, 蛇口 Shekou` as pairs."""
    pairs = (part.strip().split(" ", 1) for part in text.split(","))
    return tuple((zh, en) for zh, en in pairs)


def _town(code: str, zh: str, en: str, at: tuple[float, float], places: str) -> County:
    return County(code, zh, en, *at, rural=True, places=_places(places))


def _district(
    code: str, zh: str, en: str, at: tuple[float, float], places: str
) -> County:
    return County(code, zh, en, *at, rural=False, places=_places(places))


SHENZHEN = City(
    "SZ",
    "深圳",
    "Shenzhen",
    (
        _district(
            "NS",
            "南山",
            "Nanshan",
            (22.533, 113.930),
            "科技园 Science Park, 蛇口 Shekou, 西丽 Xili, 华侨城 OCT, 前海 Qianhai",
        ),
        _district(
            "FT",
            "福田",
            "Futian",
            (22.541, 114.055),
            "华强北 Huaqiangbei, 车公庙 Chegongmiao, 梅林 Meilin, 会展中心 Expo Centre",
        ),
        _district(
            "LG",
            "龙岗",
            "Longgang",
            (22.720, 114.247),
            "坂田 Bantian, 布吉 Buji, 大运 Universiade, 横岗 Henggang",
        ),
        _district(
            "BA",
            "宝安",
            "Bao'an",
            (22.555, 113.884),
            "西乡 Xixiang, 沙井 Shajing, 新安 Xin'an, 福永 Fuyong",
        ),
    ),
)

GUANGZHOU = City(
    "GZ",
    "广州",
    "Guangzhou",
    (
        _district(
            "TH",
            "天河",
            "Tianhe",
            (23.125, 113.361),
            "体育西 Tiyuxi, 珠江新城 Zhujiang New Town, 岗顶 Gangding, 棠下 Tangxia",
        ),
        _district(
            "YX",
            "越秀",
            "Yuexiu",
            (23.129, 113.267),
            "北京路 Beijing Road, 东山口 Dongshankou, 流花 Liuhua",
        ),
        _district(
            "PY",
            "番禺",
            "Panyu",
            (22.938, 113.384),
            "市桥 Shiqiao, 大学城 University Town, 万博 Wanbo, 石楼 Shilou",
        ),
        _town(
            "ZC",
            "增城",
            "Zengcheng",
            (23.261, 113.811),
            "荔城 Licheng, 新塘 Xintang, 派潭镇 Paitan Town, 中新镇 Zhongxin Town",
        ),
    ),
)

FOSHAN = City(
    "FS",
    "佛山",
    "Foshan",
    (
        _district(
            "SD",
            "顺德",
            "Shunde",
            (22.805, 113.293),
            "大良 Daliang, 容桂 Ronggui, 北滘 Beijiao",
        ),
        _district(
            "NH",
            "南海",
            "Nanhai",
            (23.029, 113.143),
            "桂城 Guicheng, 大沥 Dali, 西樵镇 Xiqiao Town",
        ),
    ),
)

HUIZHOU = City(
    "HZ",
    "惠州",
    "Huizhou",
    (
        _district(
            "HC",
            "惠城",
            "Huicheng",
            (23.084, 114.382),
            "江北 Jiangbei, 水口 Shuikou, 陈江 Chenjiang",
        ),
        _town(
            "BL",
            "博罗",
            "Boluo",
            (23.173, 114.289),
            "罗阳 Luoyang, 园洲镇 Yuanzhou Town, 石湾镇 Shiwan Town",
        ),
    ),
)

MEIZHOU = City(
    "MZ",
    "梅州",
    "Meizhou",
    (
        _district(
            "MJ",
            "梅江",
            "Meijiang",
            (24.311, 116.117),
            "江南 Jiangnan, 三角 Sanjiao, 城北 Chengbei",
        ),
        _town(
            "WH",
            "五华",
            "Wuhua",
            (23.932, 115.776),
            "水寨镇 Shuizhai Town, 安流镇 Anliu Town, 华城镇 Huacheng Town",
        ),
    ),
)

ZHENGZHOU = City(
    "ZZ",
    "郑州",
    "Zhengzhou",
    (
        _district(
            "JS",
            "金水",
            "Jinshui",
            (34.800, 113.660),
            "花园路 Huayuan Road, 国贸 Guomao, 文化路 Wenhua Road",
        ),
        _district(
            "EQ",
            "二七",
            "Erqi",
            (34.724, 113.640),
            "德化街 Dehua Street, 火车站 Railway Station, 大学路 Daxue Road",
        ),
        _town(
            "GY",
            "巩义",
            "Gongyi",
            (34.752, 112.983),
            "站街镇 Zhanjie Town, 回郭镇 Huiguo Town, 孝义 Xiaoyi",
        ),
    ),
)

LUOYANG = City(
    "LY",
    "洛阳",
    "Luoyang",
    (
        _district(
            "XG",
            "西工",
            "Xigong",
            (34.667, 112.443),
            "王城公园 Wangcheng Park, 上海市场 Shanghai Market, 金谷园 Jinguyuan",
        ),
        _town(
            "YC",
            "伊川",
            "Yichuan",
            (34.421, 112.430),
            "城关镇 Chengguan Town, 鸦岭镇 Yaling Town, 彭婆镇 Pengpo Town",
        ),
    ),
)

CHENGDU = City(
    "CD",
    "成都",
    "Chengdu",
    (
        _district(
            "JJ",
            "锦江",
            "Jinjiang",
            (30.657, 104.083),
            "春熙路 Chunxi Road, 盐市口 Yanshikou, 三圣乡 Sansheng",
        ),
        _district(
            "WU",
            "武侯",
            "Wuhou",
            (30.642, 104.043),
            "桐梓林 Tongzilin, 红牌楼 Hongpailou, 簇桥 Cuqiao",
        ),
        _town(
            "JT",
            "金堂",
            "Jintang",
            (30.862, 104.412),
            "赵镇 Zhao Town, 淮口镇 Huaikou Town, 竹篙镇 Zhugao Town",
        ),
    ),
)

MIANYANG = City(
    "MY",
    "绵阳",
    "Mianyang",
    (
        _district(
            "FC",
            "涪城",
            "Fucheng",
            (31.455, 104.757),
            "跃进路 Yuejin Road, 高水 Gaoshui, 石塘 Shitang",
        ),
        _town(
            "AZ",
            "安州",
            "Anzhou",
            (31.535, 104.567),
            "花荄镇 Huagai Town, 秀水镇 Xiushui Town, 桑枣镇 Sangzao Town",
        ),
    ),
)

PROVINCES = (
    Province(
        "GD", "广东", "Guangdong", (SHENZHEN, GUANGZHOU, FOSHAN, HUIZHOU, MEIZHOU)
    ),
    Province("HA", "河南", "Henan", (ZHENGZHOU, LUOYANG)),
    Province("SC", "四川", "Sichuan", (CHENGDU, MIANYANG)),
)

# Where a county has more outlets than named neighbourhoods, they stand on such roads.
ROADS = _places(
    "人民路 Renmin Road, 中山路 Zhongshan Road, 解放路 Jiefang Road, "
    "建设路 Jianshe Road, 新华路 Xinhua Road, 和平路 Heping Road, "
    "朝阳路 Chaoyang Road, 迎宾大道 Yingbin Avenue, 站前路 Zhanqian Road, "
    "学府路 Xuefu Road, 工业大道 Gongye Avenue, 东风路 Dongfeng Road, "
    "公园路 Gongyuan Road, 滨江路 Binjiang Road, 体育路 Tiyu Road, 青年路 Qingnian Road"
)
SIDES = (("", ""), ("东", " East"), ("西", " West"), ("南", " South"), ("北", " North"))


def place_of(county: County, position: int) -> tuple[str, str]:
    """Return the Chinese and English name of a county's outlet number `position`."""
    if position < len(county.places):
        return county.places[position]
    turn, road = divmod(position - len(county.places), len(ROADS))
    again, side = divmod(turn, len(SIDES))
    zh, en = (a + b for a, b in zip(ROADS[road], SIDES[side], strict=True))
    return (f"{zh}{again + 1}店", f"{en} {again + 1}") if again else (zh, en)
