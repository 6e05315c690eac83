/**
 * Columns written after the classifier was finished, and not used to change it: how it does on what it has not seen.
 */
import type { ColumnKind } from '../../src/identifiers/index.js';
import type { LabelledColumn } from './labelled.js';

const column = (header: string, kind: ColumnKind, text: string): LabelledColumn => ({
  header,
  kind,
  values: text.split('|').map((cell) => (cell === '' ? null : cell)),
  origin: 'held-out',
});

export const heldOut: readonly LabelledColumn[] = [
  column('客户经理', 'person-name', '周文斌|李思琪|王磊|赵晓彤|陈浩|王磊|周文斌|吴桐|李思琪|陈浩'),
  column(
    '开户行',
    'category',
    '工商银行西湖支行|农业银行城东支行|工商银行西湖支行|建设银行高新支行|建设银行高新支行|农业银行城东支行',
  ),
  column(
    '毕业院校',
    'category',
    '浙江大学|浙江工业大学|杭州电子科技大学|浙江大学|宁波大学|浙江大学|宁波大学|浙江工业大学',
  ),
  column('参保状态', 'category', '正常|暂停|正常|终止|正常|正常|暂停|正常'),
  column('护照有效期', 'date', '2029-05-17|2031-11-02|2027-01-30|2026-08-08|2033-03-21'),
  column('紧急联系人手机', 'mobile', '13957180011|18868812345|15067112233|13336660099||17764523311'),
  column(
    '车主身份证',
    'resident-id',
    '51323319740627139X|450222199104110655|322231197401310266||44012119750403381X|442923197805120843',
  ),
  column('处方编号', 'identifier', 'RX20240301001|RX20240301002|RX20240302001|RX20240303007|RX20240304011'),
  column('药店电话', 'landline', '0571-86543210|0571-87771234|0574-27890011|0571-86001122'),
  column('mac_addr', 'mac', 'a4:5e:60:c1:22:9f|a4:5e:60:c1:22:a0|f0:18:98:0b:77:31|3c:22:fb:9d:10:4e'),
  column('longitude_wgs84', 'coordinate', '120.1614|120.2087|120.0513|119.9601|120.3322|120.2719'),
  column(
    '出生地',
    'address',
    '浙江省绍兴市诸暨市|江西省上饶市玉山县|安徽省黄山市歙县|湖北省荆州市监利市|四川省广安市岳池县',
  ),
  column('student_no', 'identifier', '32101001|32101002|32101003|32102017|32102018|32103044'),
  column(
    '身份证号(脱敏)',
    'resident-id',
    '330106********1234|330102********0027|320583********451X|110105********6677',
  ),
  column('QQ号', 'identifier', '123456789|88812345|1045567788|332211009|2890011223'),
  column('序号', 'identifier', '1|2|3|4|5|6|7|8|9|10|11|12'),
  column('考试成绩', 'number', '88|92|75.5|61|98|83.5|79|90|85'),
  column('血糖(mmol/L)', 'number', '5.6|6.1|4.9|7.8|11.2|5.3|6.6'),
  column('体重kg', 'number', '62.5|71|55.8|80.2|49.9|66.3|90'),
  column(
    '房产证号',
    'identifier',
    '浙(2021)杭州市不动产权第0012345号|浙(2020)杭州市不动产权第0098761号|浙(2022)宁波市不动产权第0234561号|浙(2023)杭州市不动产权第0345671号',
  ),
  column('工商注册号', 'identifier', '330100000012345|330106000098765|330108000045678|330100400011223'),
  column('所在街道', 'category', '文新街道|灵隐街道|文新街道|西溪街道|翠苑街道|灵隐街道|文新街道|翠苑街道'),
  column('法人手机号', 'mobile', '+86-139-5718-0022|138-6812-3456|15867112200|189 6866 1122'),
  column(
    '单位地址',
    'address',
    '杭州市西湖区天目山路176号|杭州市滨江区江南大道588号恒鑫大厦|宁波市海曙区中山西路22号|杭州市余杭区文一西路969号',
  ),
  column('E-mail地址', 'email', 'sales@zjtech.com.cn|hr.dept@nbport.cn|info@hzwater.gov.cn|wangxm@126.com'),
  column('金额（万元）', 'number', '120|350.5|88|1,200|45.75|960|2,340.8'),
  column('同比增长率', 'number', '3.5%|-1.2%|12.8%|0.6%|-7.9%|5.5%'),
  column('app_version', 'category', 'v3.2.1|v3.2.1|v3.3.0|v3.2.1|v3.3.0|v3.3.0|v3.4.0-beta|v3.3.0|v3.2.1'),
  column('IMEI1', 'identifier', '869338586115499|868846228965486|866678836496766|862336608848979|861113181967729'),
  column('', 'uscc', '93340603G9XN190F3J|92230204F7FBFT1MXM|92310106EG6PHYHB86|93522626EJ0YF9WC0N'),
  column(
    'unnamed_4',
    'bank-card',
    '6228480293243333771|6225888413875937921|6216619519174133957|6222027506753124600|3568332294573121',
  ),
  column(
    '甲方',
    'text',
    '杭州市大数据管理局|宁波市公安局鄞州分局|浙江省人民医院|杭州云栖科技有限公司|绍兴市自来水有限公司',
  ),
  column('承办人', 'person-name', '单建民|仇晓峰|解敏|查志刚|区伟强|盖丽'),
  column('Mother name', 'person-name', 'Maria Gonzalez|Fatima Ahmed|Susan Miller|Olga Ivanova|Mei Chen'),
  column('病区', 'category', '心内一区|骨科二区|心内一区|呼吸科|骨科二区|呼吸科|产科|心内一区|产科|骨科二区'),
  column('过敏史', 'category', '无|青霉素|无|头孢|无|无|青霉素|磺胺|青霉素|头孢|磺胺'),
  column(
    '随访情况',
    'text',
    '电话随访，患者恢复良好，已恢复工作。|两次未接通，改为上门随访。|血压控制可，继续原方案，一月后复查。|家属代述近期睡眠差，建议门诊就诊。',
  ),
  column('入网时间', 'date', '2019年05月|2020年11月|2018年07月|2022年01月|2021年09月'),
  column('client_ip', 'ip', '39.156.66.10|110.242.68.3|2408:8207:78c2::12|183.2.172.185|-'),
  column('号牌', 'plate', '浙A8Z6K9|浙BDD1234|皖C12345|浙A·F12345|苏EP66X8'),
  column('FRAME_NO', 'vin', 'LNVP17N27HMNRWU0Z|L73Y98F41PPRBCJNX|LUH6BUWY79MSX8VPE|LDSYCNLU4MDD0KE9K'),
  column('证件号码', 'permit', 'H12345678|M22334455|H09876543|H11223344|M55667788'),
  column('护照/通行证', 'passport', 'EJ1234567|E98765432|EB2345678|G12345678'),
  column('邮政编码', 'postcode', '310013|315040|312000|314000|325000|321000'),
  column('发证机关代码', 'region-code', '330100|330200|330300|330400|330500|330600|330700'),
  column('户数', 'number', '1203|890|455|2310|98|1777|640'),
  column('wechat', 'identifier', 'wx_happy2020|zhang-wei88|lilinazz|wxid_k3j2h1g9f8d7|sunny_day1990'),
  column('是否独居', 'category', '否|是|否|否|否|是|否'),
  column(
    'URL',
    'text',
    'https://www.hangzhou.gov.cn/art/2023/5/1/art_1229.html|https://data.zj.gov.cn/catalog/33012|http://example.com/path?id=9|https://www.nbport.cn/news/88',
  ),
  column('extra', 'unknown', '无||-|无|/|'),
];
