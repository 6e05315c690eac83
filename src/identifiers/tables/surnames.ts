/**
 * Chinese surnames: the hundred most frequent in order, the Song-dynasty list of surnames, compound surnames.
 *
 * Sources: order of the 100 most frequent from the name report of the Ministry of Public Security (二〇二〇年全国姓名报告,
 * 2021-02-08); the single and compound surnames of 百家姓 (Song dynasty, public domain); compound surnames still borne.
 * Facts without copyright; counts below. Rare surnames outside the list are reported as not covered.
 * @module
 */

/** The hundred most frequent surnames, most frequent first. */
export const frequentSurnames: string =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤';

/** Single surnames of 百家姓 and others still borne that the hundred lack. */
export const otherSurnames: string =
  '褚卫尤施戚喻柏水窦章云葛奚郎鲁昌苗凤花俞柳酆鲍费廉岑倪滕殷罗毕邬安常乐时傅皮卞齐康伍元卜平和穆萧湛祁禹狄米贝明臧计伏成谈茅庞纪舒屈项祝阮蓝闵席季麻强路娄危童颜梅盛刁骆樊凌霍虞支柯昝管经房裘缪干解应宗宣贲郁单杭洪包诸左吉钮嵇邢滑裴荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井富巫乌焦巴弓牧隗山谷车宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖符景詹束幸司韶郜蓟薄印宿怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容古易慎戈庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公丛粟冼覃苟佟代岳佘亓仝兰占展庹敬矫楚练苑荔鄢隋雒鲜麦仉冶刑哈图忻恩拉旦普朴权来欣洛海涂淡渠牟玄玉瑞畅礼笪粘綦缑罕羌肃胜芦苌茆葆蒿薇蛮辉迟邝邸郐钊隽靖颉骞鹿麴仵俎';

/** Compound surnames. */
export const compoundSurnames: readonly string[] =
  '欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 长孙 宇文 司徒 轩辕 夏侯 赫连 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 鲜于 闾丘 司空 亓官 司寇 子车 颛孙 端木 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 呼延 羊舌 微生 梁丘 左丘 东门 西门 南宫 第五 万俟 闻人 独孤 纳兰 耶律 完颜 侯莫陈 司城 张简 张廖 范姜 陆费 叶赫 爱新觉罗 那拉 钮祜禄 瓜尔佳 费莫'.split(
    ' ',
  );

/** Version and size of the table. */
export const surnameTableInfo: {
  readonly source: string;
  readonly date: string;
  readonly single: number;
  readonly compound: number;
} = {
  source: '二〇二〇年全国姓名报告 (order of the first 100); 百家姓 (public domain); compound surnames still borne',
  date: '2021-02-08',
  single: new Set(frequentSurnames + otherSurnames).size,
  compound: compoundSurnames.length,
};
