/**
 * Characters common in Chinese given names, English given names and surnames, pinyin of the frequent surnames: word lists.
 *
 * Sources: characters named in the name reports of the Ministry of Public Security 2018-2021 (most used characters by generation) and
 * their neighbours in use; English given names and surnames frequent in the 1990 and 2010 census lists of the US Census Bureau
 * (public domain). Lists of facts, compiled here; they weigh evidence and decide nothing alone.
 * @module
 */

/** Characters common in Chinese given names. */
export const givenNameCharacters: string =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红国建文梅琴云珍玲凤志飞鹏辉波浩亮斌俊峰健宇轩泽梓子睿博晨奕辰铭嘉皓一佑思远航凯哲诚熙然翔昊峻熠杨羽煜乐言墨霖承恩启家豪欣怡涵雨桐诗佳可馨语妍彤诺若汐依艺萱珺瑶琪悦心妙婧雅芷沐溪梦琳安宁嫣海林永福生荣金春成祥树庆新光兴忠宝贵长清山根水发财余良善学礼仁义德淑香莲素银彩花菊翠爱娥妹女仙巧贞惠瑞凡连燕婷颖丹莉雪慧萍倩洁蓉晓卫立胜利民康小美青蕾君江龙东洪毅正阳旭东升伯仲叔季祖绍宗继先维世昌耀景元亨泰和坤乾运达通顺荷露霜冰洪涌源泉潮澜瀚灿炎焕燃烁炜烨焱铎锋锐钧鑫铮钰琦瑜璐璇瑾瑛珊玥琼莹晶月星曦昕晗晴岚岩峥嵘崇岳川洲渊济沛润泓淼湘涓滢潇濛菲芸芝茜茵荔莎菁萌葵薇蕊蔓芬娇娅婕婉婵媛嫦娴媚姝姗妮娣佩俐侠俏偲傲儒元克全兆冬冠刘力功励勋千卓南占厚友双发叶合同向吉君吟含启周呈周咏品唯善喜嘉国培堂增士复夏大天奇好妙存孟季学守安定宏宜宣宪容宽密富寒尔尚展岭峻嵩川州巍帆帅平年广庭延建弘彦彬影彰徽忆念怀思恒恺恩悟情惟愉愿慕懿成才承拓振挺捷敏敬敦文斐斯新方旋无日旺昂昆易映昱显晋晏晖智暄暖曼最有望朗朝木本朴权来松枫柏柔柯柳栋梁森植楚楠榕欢歆正武毓民水汉沁沂治波泉泊洁津浦浩涛涵淇淳清渝湛滨漫澄激灵烈焕照熹爽牧特献玄玮珂珅珩理琛琨琰瑄瑞璋璞甜用甫申男画登皎益盈盛眉真知石硕碧祎祖祝祯禄福秋程稳穆空童笑策筠筱简粤素紫纯纲经维绮缘罡美羽翊翎翰翼老聪肖育舒良艾节芊芙苏苑苗茂茗荃菡蓓蓝薪藏虹行衡裕西观言誉诗谦谨豫贝贤赞赫起超越跃轶载辰迅迎远迪逸道邦郁采重野钊钟铁锦镇闻隆雄雁雯震霄霆霏靖韬韵音领颂颜飒香骁骏骞高魁鲁鸣鸿鹤麒麟黎';

/** English given names, lower case. */
export const englishGivenNames: readonly string[] =
  'james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan joseph jessica thomas sarah charles karen christopher nancy daniel lisa matthew betty anthony margaret mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth dorothy kevin carol brian amanda george melissa edward deborah ronald stephanie timothy rebecca jason sharon jeffrey laura ryan cynthia jacob kathleen gary amy nicholas shirley eric angela jonathan helen stephen anna larry brenda justin pamela scott nicole brandon emma benjamin samantha samuel katherine gregory christine frank debra alexander rachel raymond catherine patrick carolyn jack janet dennis ruth jerry maria tyler heather aaron diane jose virginia henry julie adam joyce douglas victoria nathan olivia peter kelly zachary christina kyle lauren walter joan harold evelyn jeremy judith ethan megan carl cheryl keith andrea roger hannah gerald martha christian jacqueline terry frances sean gloria arthur ann austin teresa noah kathryn lawrence sara jesse janice joe jean bryan alice billy madison jordan doris albert julia dylan judy bruce grace willie denise gabriel amber alan marilyn juan beverly logan danielle wayne theresa ralph sophia roy marie eugene diana randy brittany vincent natalie russell isabella louis charlotte philip rose bobby alexis johnny kayla bradley tony lucy simon claire oliver chloe harry sophie leo ella lily max mia ivan oscar nina carlos luis ahmed mohammed ali fatima omar anita raj priya wei ming jane'.split(
    ' ',
  );

/** English and other Western surnames, lower case. */
export const englishSurnames: readonly string[] =
  'smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero jordan patterson alexander hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina aguilar stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas henry chen freeman webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder mason dixon munoz hunt hicks holmes palmer wagner black robertson boyd stone salazar fox warren mills meyer rice schmidt garza daniels ferguson nichols stephens soto weaver ryan gardner payne grant dunn kelley spencer hawkins müller muller schneider fischer weber becker schulz hoffmann ivanov petrov rossi ferrari dubois laurent khan singh kumar sharma gupta tanaka suzuki sato yamamoto watanabe park choi'.split(
    ' ',
  );

/** Pinyin of frequent Chinese surnames, lower case. */
export const pinyinSurnames: readonly string[] =
  'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin luo gao zheng liang xie song tang han feng deng cao peng zeng xiao tian dong yuan pan yu jiang cai du ye cheng su wei lv lu ding ren shen yao cui zhong tan fan jin shi liao jia xia fu fang bai zou meng xiong qin qiu yin xue yan duan lei hou long tao gu mao hao gong shao wan qian dai mo kong xiang ouyang sima shangguan zhuge'.split(
    ' ',
  );

/** Version and size of the lists. */
export const givenNameTableInfo: {
  readonly source: string;
  readonly date: string;
  readonly characters: number;
  readonly english: number;
} = {
  source: '全国姓名报告 2018-2021 (characters in use); US Census Bureau name lists 1990, 2010 (public domain)',
  date: '2022-01-24',
  characters: new Set(givenNameCharacters).size,
  english: englishGivenNames.length + englishSurnames.length,
};
