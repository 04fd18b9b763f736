"""Names of people who do not exist, in characters and in pinyin."""

import numpy as np


def _pairs(text: str) -> list[tuple[str, str]]:
    """Read `李 Li 王 Wang` as pairs of characters and pinyin."""
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


# Common in the south first: the weight falls with the position.
SURNAMES = _pairs(
    "陈 Chen 李 Li 黄 Huang 张 Zhang 林 Lin 王 Wang 刘 Liu 吴 Wu 梁 Liang 杨 Yang "
    "罗 Luo 郑 Zheng 何 He 谢 Xie 周 Zhou 徐 Xu 钟 Zhong 邓 Deng 赵 Zhao 叶 Ye "
    "蔡 Cai 曾 Zeng 朱 Zhu 彭 Peng 胡 Hu 马 Ma 郭 Guo 冯 Feng 苏 Su 潘 Pan "
    "卢 Lu 许 Xu 丘 Qiu 温 Wen 余 Yu 孙 Sun 廖 Liao 江 Jiang 韦 Wei 欧阳 Ouyang"
)
GIVEN = {
    "F": _pairs(
        "晓雯 Xiaowen 丽华 Lihua 思琪 Siqi 静怡 Jingyi 美玲 Meiling 嘉欣 Jiaxin "
        "雨桐 Yutong 晓燕 Xiaoyan 佳怡 Jiayi 婷婷 Tingting 秀英 Xiuying 诗涵 Shihan "
        "敏 Min 玉兰 Yulan 海燕 Haiyan 梦洁 Mengjie 欣然 Xinran 淑芬 Shufen "
        "慧 Hui 雅琴 Yaqin 倩 Qian 晶晶 Jingjing 春梅 Chunmei 文静 Wenjing "
        "子晴 Ziqing 若曦 Ruoxi 琳 Lin 雪 Xue 凤仪 Fengyi 少芳 Shaofang"
    ),
    "M": _pairs(
        "伟 Wei 志强 Zhiqiang 俊杰 Junjie 浩然 Haoran 建国 Jianguo 明辉 Minghui "
        "家豪 Jiahao 文斌 Wenbin 子轩 Zixuan 国栋 Guodong 海涛 Haitao 永康 Yongkang "
        "嘉俊 Jiajun 晓峰 Xiaofeng 磊 Lei 振宇 Zhenyu 鹏飞 Pengfei 泽宇 Zeyu "
        "天明 Tianming 少聪 Shaocong 凯 Kai 伟文 Weiwen 立新 Lixin 锦荣 Jinrong"
    ),
}
_WEIGHTS = 1 / (np.arange(len(SURNAMES)) + 6)
_SHARES = _WEIGHTS / _WEIGHTS.sum()


def full_name(draw: np.random.Generator, gender: str) -> str:
    """Return a name such as `陈晓雯 Chen Xiaowen`; two people may share one."""
    surname, surname_en = SURNAMES[draw.choice(len(SURNAMES), p=_SHARES)]
    given, given_en = GIVEN[gender][draw.integers(len(GIVEN[gender]))]
    return f"{surname}{given} {surname_en} {given_en}"
