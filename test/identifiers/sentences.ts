/**
 * Sentences of free text, Chinese and English, labelled by hand. Everything is made up; numbers with check digits are generated.
 *
 * Markup: `{n:text}`: n name of a person, m mobile, t fixed telephone, i resident ID, e e-mail, a address, d date, p plate, v VIN, b bank
 * card, u credit code, h passport, x permit, k IP, c MAC, g coordinate, z postcode, o other identifier (record, account, insurance, ...).
 * Rules of labelling: a surname with its title is one name (李女士); after a full name the title is not part of it. A date has at least year and month or
 * month and day. An address goes to the prefecture or deeper, or is a road or estate with a number; a road alone is none.
 * Many sentences hold nothing on purpose, among them words that look like names, dates, numbers or places.
 */
import type { ColumnKind } from '../../src/identifiers/index.js';

const kinds: Readonly<Record<string, ColumnKind>> = {
  n: 'person-name',
  m: 'mobile',
  t: 'landline',
  i: 'resident-id',
  e: 'email',
  a: 'address',
  d: 'date',
  p: 'plate',
  v: 'vin',
  b: 'bank-card',
  u: 'uscc',
  h: 'passport',
  x: 'permit',
  k: 'ip',
  c: 'mac',
  g: 'coordinate',
  z: 'postcode',
  o: 'identifier',
};

const text = `
患者{n:王小明}，男，45岁，身份证号{i:51323319740627139X}，因胸痛3小时入院。
主治医生{n:李建国}于{d:2024年3月7日}为患者{n:张丽华}实施了阑尾切除术。
{n:刘洋}的联系电话是{m:13812345678}，如无人接听请拨打{t:0571-87654321}。
患者家属{n:陈志强}（{m:139 1234 5678}）已签署知情同意书。
门诊号：{o:20240307123}，姓名：{n:赵敏}，诊断：慢性胃炎。
病人主诉反复咳嗽、咳痰两周，夜间加重，无发热。
住院号{o:0098123}，患者{n:欧阳雪}，拟于明日出院，随访电话{m:15012345678}。
既往有高血压病史十年，规律服用氨氯地平，血压控制良好。
复查血常规：白细胞6.5，血红蛋白128，血小板210，均在正常范围。
护士长{n:周婷}通知：{n:吴刚}床位调整至3病区12床。
患儿{n:孙浩然}，6岁，母亲{n:林芳}，家住{a:浙江省杭州市西湖区文三路123号翠苑小区5幢2单元301室}。
患者于{d:2023-11-02}在外院行冠脉造影，提示前降支狭窄50%。
{n:马晓东}因车祸致右下肢骨折，急诊送入我院，陪同人员{n:马晓梅}。
该患者医保卡号为{o:A123456789}，请核对后结算。
{n:阿依古丽·买买提}，女，32岁，维吾尔族，孕39周，规律产检。
产妇{n:黄秀英}于{d:2024/05/12}顺产一女婴，母女平安。
会诊意见：考虑自身免疫性肝炎，建议进一步完善肝穿刺活检。
请于{d:2024年6月1日}前携带身份证原件到三楼窗口办理出院手续。
{n:郑重}医生建议患者低盐低脂饮食，适当运动，三个月后复诊。
患者{n:诸葛明}，身份证{i:450222199104110655}，因发热待查收入感染科。
检验科报告单号20240511-0032，标本已于上午送检。
今日查房，{n:钱伟}主任指出应警惕术后出血可能。
患者自述三年前曾在上海某医院行胆囊切除术，具体不详。
随访记录：{n:杨桂兰}，女，68岁，电话{m:18657112345}，血糖控制欠佳，嘱其加强监测。
家庭医生{n:徐静}已上门为{n:何大爷}测量血压。
市民{n:张先生}反映{a:杭州市上城区解放路88号}门口井盖缺失，存在安全隐患。
来电人{n:李女士}，电话{m:13757112233}，反映楼上装修噪音扰民，希望协调处理。
投诉人称小区物业费上涨未公示，要求街道介入。
{n:王建军}举报{a:余杭区五常街道荆长路546号}存在违章搭建，请核实。
网格员{n:陈思思}已到现场查看，情况属实，正在协调施工单位修复。
工单编号HZ202403070012，请于三个工作日内办结。
市民来电咨询居住证办理流程，已告知所需材料。
{n:赵国庆}，男，{d:1965年8月1日}出生，户籍地{a:河南省驻马店市泌阳县羊册镇王庄村3组}，现租住在{a:滨江区长河街道江汉路1785号}。
反映人{n:孙丽}要求公开丽水路沿线河道整治方案。
经核实，该路段由市政公司负责养护，计划于月底前完成修补。
{n:刘师傅}反映公交站台被占用，多次拨打{t:12345678}无人接听。
请联系社区主任{n:周国平}，座机{t:0571-85109321}，了解独居老人情况。
建议在文一西路与崇义路交叉口增设红绿灯。
市民表示对处理结果非常满意，感谢工作人员的辛勤付出。
低保户{n:吴阿妹}，身份证号码{i:520102201309114614}，每月领取补助金850元。
关于高新区道路改造的方案已经完成初步设计，下周组织专家评审。
会议由{n:林书记}主持，{n:黄海波}、{n:许文强}等人参加。
本次检查共发现隐患17处，已整改12处，其余限期整改。
请各单位于{d:2024年12月31日}前报送年度总结，联系人：{n:何静}，邮箱：{e:hejing@hz.gov.cn}。
{n:高明}同志任市数据局副局长，试用期一年。
经研究决定，免去{n:梁永康}的综合科科长职务。
任命{n:罗晓燕}为办公室主任，{n:宋志远}为副主任。
附件请发送至{e:data-office@example.gov.cn}，文件名注明单位名称。
方案提出到2025年全市公共数据开放率达到80%以上。
应急值班电话{t:0571-88001234}，传真{t:0571-88001235}。
通讯地址：{a:浙江省杭州市拱墅区莫干山路1418号}，邮编{z:310011}。
统一社会信用代码{u:93340603G9XN190F3J}，法定代表人{n:郭明辉}，注册资本500万元。
我单位委托{n:曹颖}（身份证号：{i:322231197401310266}）前来办理相关手续，请予接洽。
该公司税号为{u:92230204F7FBFT1MXM}，开户行中国工商银行杭州分行，账号{b:6228480293243333771}。
请将保证金汇入户名为{n:沈建华}的账户，卡号{b:6212 2631 5338 1353 048}。
甲方：{n:唐国强}，身份证号：{i:44012119750403381X}，住址：{a:广东省广州市天河区体育西路103号}。
乙方代表{n:韩雪}，电话：{m:13600001111}，微信：{o:hanxue_2020}。
合同自双方签字之日起生效，一式两份，双方各执一份。
租客{n:冯涛}拖欠房租三个月，房东{n:邓超}已发函催收。
房屋坐落于{a:上海市浦东新区张江镇科苑路88号3号楼1502室}，建筑面积89.5平方米。
借款人{n:曾志伟}于{d:2022年1月15日}向出借人{n:彭飞}借款人民币十万元整。
担保人{n:蒋欣}承担连带保证责任，联系方式{m:17712345678}。
收款人姓名：{n:蔡明}；银行卡：{b:6225888413875937921}；开户行：招商银行。
被告{n:田野}辩称其已归还全部款项，但未能提供证据。
原告{n:董洁}诉称，{d:2021年5月20日}双方签订房屋买卖合同。
法院认为，原告的诉讼请求缺乏事实和法律依据，不予支持。
证人{n:袁弘}出庭作证，称当晚看见被告驾车离开。
嫌疑人{n:潘某}在逃，身高约175厘米，操本地口音。
{d:2024年2月3日}23时许，{n:于海}驾驶{p:浙A12345}小型轿车沿天目山路由东向西行驶。
驾驶员{n:姜文}，驾驶证号{i:410611202407038945}，血液酒精含量为95mg/100ml。
被盗车辆车牌号{p:浙A·D12345}，车架号{v:LNVP17N27HMNRWU0Z}，车主{n:余男}。
交警在机场高速公路查获一辆套牌车，悬挂号牌{p:沪BF1234}。
肇事车辆{p:粤Z1234港}逃逸，目击者称司机为中年男性。
报警人{n:钟汉良}，电话{m:+86 13912340000}，称家中被盗，损失现金三千元。
民警{n:谭建平}到场后经调解，双方达成和解。
涉案账户{b:6222027506753124600}已被依法冻结。
嫌疑人通过微信号{o:lucky_star88}与被害人{n:廖凡}取得联系，骗取{n:廖凡}2万元。
失踪人员{n:贾玲}，女，42岁，最后出现在{a:成都市武侯区人民南路四段9号}附近。
当事人{n:石磊}持护照{h:E12345678}入境，签证有效期至{d:2024-09-30}。
旅客{n:陆毅}，港澳通行证号{x:C12345678}，乘坐G7312次列车。
{n:陈港生}持回乡证{x:H12345678}办理住宿登记。
香港居民{n:梁家辉}，香港身份证{x:B700365(5)}，在深圳工作。
外籍人士持永久居留身份证{x:941276194411051652}申请购房资格。
航班CA1234因天气原因延误两小时，旅客可在柜台办理改签。
您的快件已由{n:范师傅}派送，电话{m:13588889999}，取件码8-3-2016。
收件人：{n:金晨}，{m:13666668888}，{a:江苏省苏州市工业园区星湖街328号创意产业园A座1204室}。
寄件人{n:邹凯}，地址{a:宁波市鄞州区中山东路1999号}，请轻拿轻放。
快递单号SF1234567890123，预计明天送达。
买家{n:熊黛林}要求改地址为{a:深圳市南山区粤海街道科技园南路10号}。
订单20240312153045001已支付，金额168.00元。
客服{n:秦岚}已电话联系客户，客户表示暂不退款。
会员{n:白敬亭}，手机号{m:19912345678}，积分3200分。
请拨打客服热线{t:400-820-8820}查询余额。
尊敬的{n:孟先生}，您尾号3771的储蓄卡于{d:3月8日}支出500元。
持卡人{n:尹正}，信用卡号{b:3568332294573121}，有效期12/27。
贷款利率由4.2%下调至3.95%，自下月起执行。
理财产品A款年化收益率3.1%，起购金额1万元。
客户{n:薛之谦}在{a:杭州市滨江区网商路699号}支行开立账户。
经办人：{n:雷佳音}；复核：{n:侯鸿亮}；日期：{d:2024.03.15}。
{n:龙梅}的工资卡{b:6216619519174133957}已挂失。
学生{n:万茜}，学号{o:2021450860}，申请助学贷款。
班主任{n:段奕宏}老师通知家长于周五下午参加家长会。
考生{n:江疏影}，准考证号{o:330106240012}，考场在教学楼B座301。
家长{n:史可}（{m:13355556666}）反映学校午餐质量问题。
三年级二班{n:陶虹}同学在数学竞赛中获一等奖。
高中生{n:黎明}和初中生{n:方圆}参加了夏令营。
学校位于城北，现有在校学生1200余人，教职工96人。
导师{n:顾长卫}，研究方向为机器学习，邮箱{e:gu.cw@zju.edu.cn}。
本课程共32学时，考核方式为闭卷考试。
{n:毛晓彤}，{d:1998年12月}毕业于浙江大学，现任工程师。
新入职员工{n:郝蕾}，工号{o:E10234}，部门：研发中心。
{n:邵兵}提出离职申请，最后工作日为{d:2024年4月30日}。
人事专员{n:钱多多}将于下周一发放劳动合同。
面试者{n:严屹宽}期望月薪15000元，可一周内到岗。
社保号{o:330100123456}，缴费基数7000元。
应聘者{n:覃海}，邮箱{e:qinhai88@163.com}，电话{m:15977778888}。
办公室空调温度请控制在26度左右，下班随手关灯。
登录失败：用户{o:zhangsan01}来自{k:192.168.1.10}，时间{d:2024-03-07} 08:15:23。
服务器{k:10.0.0.254}磁盘使用率达到92%，请及时清理。
设备MAC地址{c:00:1A:2B:3C:4D:5E}，安装于三号机房。
终端上报位置{g:120.153576,30.287459}，信号强度良好。
目标位于{g:东经120.15361°,北纬30.28746°}，海拔约12米。
系统版本1.2.3.4已发布，修复若干已知问题。
IPv6地址{k:2001:db8:85a3::8a2e:370:7334}无法访问，请网络组排查。
接口平均响应时间为120毫秒，较上月下降15%。
数据库备份于每日凌晨2点自动执行，保留最近七天。
管理员{n:武艺}重置了账号密码。
手机串号IMEI：{o:869338586115499}，保修期内。
户主{n:戴军}，家庭人口4人，户籍所在地{a:安徽省六安市金安区三十铺镇}。
{n:莫文蔚}与{n:孔令辉}系夫妻关系，育有一子{n:孔小武}。
{n:向华}，曾用名{n:向阳花}，{d:1972-06-18}出生于{a:湖北省黄冈市}。
邻居{n:汤唯}证实{n:常建国}长期独居，无子女赡养。
{n:温兆伦}户因灾致贫，列入重点帮扶对象。
残疾人{n:康有为}，残疾证号与身份证号{i:442923197805120843}一致。
退役军人{n:司马光明}，军官证号{o:军字第2001988号}，申请优待证。
村干部{n:贺兰}带队入户走访，了解群众困难诉求。
{n:易中天}、{n:于丹}、{n:鲍国安}三人被评为年度先进个人。
{n:尚雯婕}{d:三月五日}到社区做志愿者。
{d:农历正月初八}开工，请各施工队做好准备。
{d:二〇二四年三月七日}，经双方协商一致，签订本协议。
出生日期：{d:19850607}，性别：女，民族：汉族。
组织机构代码{o:MA1K3BTP-2}已停用。
产品批号20240301，有效期至{d:2026年2月}。
天气预报：明天多云转晴，最高气温18度，东南风3级。
江苏、浙江、上海等地将迎来新一轮降雨。
安徽省、江西省今年水稻总产量再创新高。
金华火腿、绍兴黄酒是浙江的传统特产。
常州和温州的两家企业达成战略合作。
平安保险推出新款重疾险，保障范围更广。
华为与方正联合发布新一代存储产品。
白天温度较高，请注意防暑降温。
这个方法简单易行，成本低，效果明显。
任何单位和个人不得泄露公民个人信息。
马上就要过年了，超市里人山人海。
时间安排如下，请大家相互转告。
成都的火锅很有名，值得一试。
高速公路全线通车后，两地车程缩短至40分钟。
石油价格上涨带动运输成本增加。
温度和湿度都在正常范围之内。
水果店新到了一批苹果和香蕉。
和平与发展是当今时代的主题。
项目经理需要每周提交进度报告。
计划于明年上半年完成全部建设任务。
江面上有几只小船，远处是青山。
黄金周期间，景区接待游客12万人次。
钱塘江大潮吸引了众多游客前来观赏。
许多老人喜欢在公园里下棋、唱戏。
经过多方努力，纠纷终于得到妥善解决。
单价12.5元，数量300件，合计3750元。
流水号88001234567890，处理结果：成功。
第3季度销售额同比增长8.6%，环比下降1.2%。
本品每片含主要成分5毫克，一日三次。
编号A123456的设备需要更换滤芯。
会议室预订系统将于周末升级，届时暂停服务。
{n:古天乐}先生，您预约的{d:2024年7月15日}上午9点的体检已确认。
{n:上官云}女士的车{p:苏E88888}停在地下二层B区。
业主{n:慕容雪}反映{a:翠苑小区12幢}电梯故障。
收货人：{n:夏雨}，电话：{m:138-1234-5678}，地址：{a:西湖区古墩路656号}。
{n:努尔江·库尔班}在乌鲁木齐做干果生意。
{n:尼玛次仁}是拉萨一所小学的老师。
申请人{n:解晓东}，联系电话：{m:013812345678}。
联系人：{n:缪斌}，手机:{m:１３８１２３４５６７８}。
纳税人{n:区志雄}，税号{i:341126198502286512}。
联系地址:{a:北京市海淀区中关村大街27号}；电话:{t:(010)62345678}。
公司地址：{a:武汉市洪山区珞喻路1037号}，总机：{t:027-87540000-8012}。
{n:翁虹}，{m:8613900001234}，{e:wenghong@qq.com}
请{n:柯蓝}、{n:卢靖}明天上午到{a:人民路15号}集合。
我叫{n:乔杉}，今年28岁，来自山东。
我是{n:苗圃}的妈妈，孩子今天请假。
转{n:霍思燕}处理，抄送{n:杜江}。
严格要求程序员规范编码。
{n:张三}和{n:李四}在{a:青岛市市南区香港中路10号}开了一家面馆。
法人{n:尤勇}，统一代码{u:92310106EG6PHYHB86}，经营范围：餐饮服务。
该企业（{u:934210814LPQB2M51D}）已被列入经营异常名录。
银联卡{b:6222 0275 0675 3124 600}密码输错三次被锁。
护照号{h:EA1234567}已过期，请尽快换发。
台胞证{x:12345678}持有人{n:林志玲}申请居住证。
行驶证显示车辆识别代号为{v:L73Y98F41PPRBCJNX}。
车主{n:甄子丹}，号牌号码{p:粤B·12345}，违章停车一次。
参保人员{n:车晓}，身份证{i:621222200801278435}，缴费月数96个月。
寄往{a:新疆喀什地区疏附县托克扎克镇5村2组}，收件人{n:热依汗·艾山}。
患者{n:佟丽娅}电话{m:13512345678}，住{a:新疆伊犁哈萨克自治州察布查尔锡伯自治县}。
回访{n:仇和}先生，对服务表示满意，无其他诉求。
出租车{p:京BT1234}司机拒载，乘客{n:冉莹颖}投诉。
{n:宁静}的社保卡号{o:A12345678}已激活。
{n:安以轩}于{d:2023年9月1日}入学，监护人{n:安建}，电话{m:18888886666}。
QQ：{o:1234567890}，备用邮箱{e:li.lei_2024@outlook.com}。
Patient {n:John Smith} was admitted on {d:March 5, 2024} with chest pain.
Please contact {n:Emily Chen} at {e:emily.chen@example.com} or {m:+86 138-0013-8000}.
Mr. {n:Robert Brown} lives at {a:221 Baker Street, London}.
The patient denies fever, cough or shortness of breath.
{n:Mary Johnson} called from {t:021-62345678} to reschedule her appointment.
Dr. {n:Wilson} reviewed the scan and recommended surgery.
Dear {n:Susan Clark}, your order has been shipped and will arrive on Monday.
Ship to: {n:David Lee}, {a:350 Fifth Avenue, New York, NY 10118}.
The server at {k:172.16.5.3} rejected the connection from {k:203.0.113.77}.
Login by user from {k:fe80::1ff:fe23:4567:890a} at midnight.
My passport number is {h:G87654321} and my flight leaves tomorrow.
Card {b:6228480293243333771} was declined at the terminal.
Please update the billing address to {a:10 Downing Street, London}.
The meeting is scheduled for {d:12/03/2024} in Room 301.
She was born on {d:July 4, 1985} in Hangzhou.
Employee ID {o:E102345} belongs to {n:Laura Martinez}.
Zhang's device, MAC {c:AA:BB:CC:DD:EE:01}, was seen in the lobby.
The vehicle with VIN {v:LUH6BUWY79MSX8VPE} failed inspection.
Signed by {n:Peter Walker} on {d:5 June 2023}.
The quarterly report shows a 12% increase in revenue.
New York and Los Angeles are the two largest markets.
Thank you for your patience while we investigate the issue.
Version 2.1.0 fixes the memory leak reported last week.
The University of Oxford published a new study on sleep.
Our office will be closed on Friday for maintenance.
Customer {n:Wang Fang} asked for a refund of 299 yuan.
{n:Li Lei} and {n:Han Meimei} went to school together.
Contact person: {n:Zhao Min}, mobile {m:13900001111}.
Resident {n:Anna Schmidt} holds permit {x:991276198006065652}.
Her email is {e:a.schmidt+work@mail.example.org}.
Ms. {n:Garcia} will replace Mr. {n:Taylor} as project lead.
Nurse {n:Kelly Adams} administered the medication at 9 am.
MRN: {o:00453321}, patient {n:Michael Scott}, discharged home.
The package was left at {a:1600 Pennsylvania Avenue, Washington, DC 20500}.
Coordinates {g:30.2741, 120.1551} point to the west lake.
Order number 20240312153045 was cancelled by the customer.
Call {t:400-820-8820} for support in Mandarin or English.
I am {n:Olivia Harris}, the tenant of apartment 5B.
{n:James O'Connor} reported a broken streetlight near the park.
Driver {n:Daniel Kim} arrived twenty minutes late.
The weather in March was colder than usual.
Press Ctrl and C to copy the selected text.
Please read the Terms of Service before you continue.
Student {n:Sophie Turner} won first prize in the science fair.
Applicant {n:Chen Hao}, ID {i:513233197803010142}, submitted all documents.
The applicant's ID card {i:44132320080521027X} could not be verified.
WeChat: {o:happy_panda99}, please add me.
Reach me at {e:info@example.cn} if you have any questions.
The invoice was sent to {n:Grace Hopper} on {d:2024-01-31}.
Witness {n:Thomas Young} saw a black sedan, plate {p:京A12345}.
Dr {n:Ahmed Khan} and Dr {n:Maria Lopez} signed the consent form.
He paid with a card ending in 4242.
{n:Catherine Zhou} joined the team in Shanghai last year.
The hotel is on Nanjing Road, close to the subway.
Her husband {n:Mark Evans} is listed as the emergency contact.
Tel: {t:+86 21 6234 5678}, fax: {t:+86 21 6234 5679}.
Sincerely, {n:Julia Roberts}
The blood pressure was 120/80 mmHg and the pulse 72.
Flight MU5101 from Beijing to Shanghai was on time.
The study enrolled 1,234 patients between 2015 and 2020.
Send the parcel to {n:Liu Yang}, {m:15812345678}.
Caller {n:Henry Ford} complained about noise at night.
The recipient, {n:Ivan Petrov}, refused the delivery.
Guardian: {n:Linda White}, phone {m:13333334444}.
April showers bring May flowers.
Mark the date on your calendar and will call you back.
{n:Yamamoto Kenji} visited the plant on {d:2024-05-20}.
Account holder {n:William Turner}, account {b:6225880366956693904}.
Beijing Chaoyang District reported 12 new cases.
The invoice total is CNY 12,345.67 including tax.
We met at the Peking University Hospital yesterday.
UUID 550e8400-e29b-41d4-a716-446655440000 was not found.
{n:Sun Wei} (employee no. {o:20391}) has left the company.
Tracking number 1Z999AA10123456784 shows no updates.
Born {d:1990-01-01}, male, single, no allergies.
Room 1204, Building A is reserved for {n:Victoria Bell}.
{n:鲁国栋}于{d:2023年10月}起担任该公司监事。
{n:简小燕}和丈夫{n:房祖铭}名下均无房产。
社区民警提醒：{n:冷女士}，请保管好您的财物。
据{n:柳传志}介绍，项目总投资约3.2亿元。
{n:穆婷婷}因{d:5月6日}误机要求退票。
{a:杭州市余杭区良渚街道古墩路2118号}发生一起火情，无人员伤亡。
失主{n:季春华}，钱包内有身份证{i:320703196804115516}及银行卡两张。
{n:温碧霞}名下车辆{p:川AF12345}年检逾期。
{n:池田}公司代表团{d:4月12日}来访。
供应商联系人{n:滕华弢}：{m:18012349876}，{e:teng@supplier.cn}。
值班表：周一{n:庄晓}，周二{n:盛夏}，周三{n:祝福生}。
该患者青霉素过敏，禁用头孢类药物。
单位地址变更为{a:广东省深圳市福田区深南大道4009号投资大厦12层}。
电梯维保单位应当每十五日至少进行一次维护保养。
{n:费翔}电话{m:131-1111-2222}无法接通，改日再联系。
全年共办理案件365件，结案率98%。
{n:麦兆辉}（曾用名{n:麦小辉}）籍贯{a:广东省佛山市}。
患者家属要求转院，已告知相关风险。
Mrs. {n:Helen Morris} of {a:45 Park Avenue, Boston} requested a copy of her record.
The road from Paris to London takes about six hours.
{n:Rachel Green}'s number is {m:13712348888}.
No personal data is stored on this device.
Technician {n:Carlos Rivera} replaced the router ({c:00-1A-2B-3C-4D-5F}).
Deliver to {a:No. 88 Jianguo Road, Chaoyang District, Beijing}.
Grant access to the finance folder before Friday.
The Smith report was discussed by the committee.
My name is {n:Nguyen Van An} and I live in Hanoi.
Meeting notes: {n:Alice} will draft the plan, {n:Bob} will review it.
`;

/** A labelled span. */
export interface Label {
  readonly start: number;
  readonly end: number;
  readonly kind: ColumnKind;
}

/** A sentence with its labels. */
export interface Sentence {
  readonly text: string;
  readonly labels: readonly Label[];
}

function parse(line: string): Sentence {
  let plain = '';
  const labels: Label[] = [];
  let at = 0;
  for (const match of line.matchAll(/\{([a-z]):([^}]*)\}/g)) {
    plain += line.slice(at, match.index);
    const kind = kinds[match[1] as string];
    if (kind === undefined) throw new Error(`unknown label ${match[1]}`);
    labels.push({ start: plain.length, end: plain.length + (match[2] as string).length, kind });
    plain += match[2];
    at = match.index + match[0].length;
  }
  return { text: plain + line.slice(at), labels };
}

/** All sentences. */
export const sentences: readonly Sentence[] = text
  .trim()
  .split('\n')
  .map((line) => parse(line));
