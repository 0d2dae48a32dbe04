"""A small bilingual word list: terms of the newspaper that nearly always translate each other.

It serves as evidence that two stretches of text say the same (`rag.language.clues`), not as a dictionary: a term
missing here costs a little evidence, a doubtful one would give false evidence. One line holds one meaning, Chinese
terms before the stroke, English words after it (singular; a phrase is written with a plus sign).
"""

from __future__ import annotations

_LINES = """
钢 钢铁 炼钢|steel
铁 生铁 炼铁|iron
煤 煤矿 煤炭|coal
高炉 平炉 炉|furnace
矿石|ore
矿 矿山|mine pit
电力 发电 电站|electric electricity power
石油|oil petroleum
机械 机器 机床|machine machinery mechanical
铁路 火车|railway train railroad
货车 车皮|car wagon freight
载重|load
飞机|plane aircraft airplane
轮船 船|ship boat vessel
汽车|automobile car truck vehicle
拖拉机|tractor
工厂 厂 钢厂|factory plant mill
车间|workshop
小组 班组|group team
工人 职工|worker employee staff
干部|cadre
群众|masses mass
农民|peasant farmer
社员|member
学生|student
教师|teacher
老师|teacher
教授|professor
医生 大夫|doctor
医院|hospital
病 疾病|sick disease illness ill
孩子 儿童|child children
妇女 女|woman women female girl
丈夫|husband
母亲 妈妈|mother
父亲 爸爸|father
战士|warrior soldier fighter
军队 解放军 部队|army troop force
志愿军|volunteer
战争|war
和平|peace peaceful
敌人|enemy
帝国主义|imperialism imperialist
社会主义|socialism socialist
共产主义|communism communist
共产党 党委 党支部 中共|party
书记|secretary
委员 委员会|committee member
主席|chairman president
总理|premier prime
部长|minister
部|ministry department
省|province provincial
市|city municipal
县|county
区|district area region
农村|rural countryside village
城市|urban city cities
村|village
公社|commune
合作社|cooperative co-operative
工会|union
政府|government
人民|people
全国|national nationwide country
国家|state country national
世界|world
国际|international
苏联|soviet
美国|united+states american america
英国|britain british
法国|france french
日本|japan japanese
朝鲜|korea korean
印度|india indian
越南|vietnam vietnamese viet
蒙古|mongolia mongolian
德国|germany german
比利时|belgium belgian
非洲|africa african
亚洲|asia asian
欧洲|europe european
台湾|taiwan
香港|hong+kong
西藏|tibet tibetan
中国 我国|china chinese
新华社|xinhua
本报|newspaper reporter
记者|reporter journalist correspondent
代表团|delegation
代表|representative delegate
会议 大会 开会|meeting conference congress
报告|report
讲话 演说|speech address
讨论|discussion discuss
决定|decide decision
决议|resolution
问题|problem question issue
意见|opinion
建议|suggestion proposal propose suggest
经验|experience
方法 办法|method way
措施|measure
计划|plan
指标|target indicator quota
任务|task
成绩 成就|achievement
产量|output production yield
质量|quality
生产|production produce
劳动|labor labour
技术|technology technical technique
科学|science scientific
研究|study research
学习|learn study learning
教育|education educational educate
文化|culture cultural
思想|ideological thought thinking ideology
政治|political politics
经济|economic economy economical
工业|industry industrial
农业|agriculture agricultural
手工业|handicraft
商业|commerce commercial
贸易|trade
市场|market
价格|price
银行|bank
企业|enterprise
公司|company corporation
领导|leader leadership leading lead
厂长|director
主任|director head
群众路线|line
运动|movement campaign
高潮|upsurge climax
跃进|leap
竞赛|competition emulation race
革命|revolution revolutionary
整风|rectification
整改|rectification rectify
官僚主义|bureaucracy bureaucratism bureaucratic
主观主义|subjectivism
先进|advanced
落后|backward
试验田|experimental+plot experimental+plan
大字报|big-character
纪录|record
粮食|grain
小麦 麦子|wheat
水稻 稻|rice
棉花|cotton
蔬菜|vegetable
糖|sugar
糖精|saccharin
猪|pig hog
牛|cattle ox cow
羊|sheep goat
树 树木|tree
肥 肥料 施肥|fertilizer fertilization manure
种子|seed
收割 收|harvest
水利|water conservancy irrigation
水库|reservoir
水|water
河 河岸|river riverbank
山 山区|mountain
海|sea
天气 气候|weather climate
雨|rain
风 台风|wind typhoon
雪|snow
火|fire
房 房屋 住宅|house housing residential
家属|family families
家|home family
食堂|canteen
吃|eat
生活|life live living
工资|wage salary
邮票|stamp
图片 附图片|picture photo
诗|poem poetry
歌|song sing
电影|film movie
音乐|music
戏剧 剧院|drama theatre theater
美术 画|art painting
体育|sports
比赛|competition match game
球|ball
冠军|champion
学校|school
大学|university
中学|middle+school
青年|youth young
条约|treaty
签订 签字|sign signed
友好|friendly friendship
友谊|friendship friendly
互助|mutual
合同|contract
抵达 到达 到京|arrive
离开|leave left
访问|visit
参观|visit tour
欢迎|welcome
祝贺|congratulate congratulation congratulatory
朋友|friend
同志|comrade
英雄|hero heroes
敌|enemy
血|blood
奴隶 奴役|slave enslave enslaved
盲人|blind
红旗|red
红领巾|red+scarf red+scarves
完|end
一倍|double doubled
一半|half
早晨|morning
下午|afternoon
晚上|evening night
今天|today
昨天|yesterday
明天|tomorrow
去年|last+year
今年|this+year
上半年|first+half
季度|quarter
星期 周|week monday
错误|mistake error wrong
困难|difficulty difficult
危险|danger dangerous
安全|safe safety
法院|court
警察|police
法律|law legal
选举|election elect
总统|president
议会|parliament parliamentary
大使|ambassador
外交|diplomatic foreign
"""


def _parse() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    chinese: dict[str, str] = {}
    english: dict[str, set[str]] = {}
    for line in _LINES.split("\n"):
        left, _, right = line.partition("|")
        terms = left.split()
        for term in terms:
            chinese.setdefault(term, f"={terms[0]}")
        for word in right.split():
            english.setdefault(word, set()).add(f"={terms[0]}")
    return chinese, {word: frozenset(ids) for word, ids in english.items()}


CHINESE, ENGLISH = _parse()
"""Chinese term -> the name of its meaning; English word or phrase (joined by +) -> the meanings it can have."""
