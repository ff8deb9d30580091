// The grammar of one statement of the Clausal language, Chinese and English at once: a common
// prefix, then strict tails of each language (docs/language/cutting.md). The tokens come from the
// cut (tokens.def), never from a lexer. No two alternatives may share an unbounded prefix.
// A rule starts in column 0; nothing else does (the build reads the rule names from here).
parser grammar Clausal;
 options { tokenVocab = ClausalTokens; }

statement : declaration EOF ;

declaration
    : packDecl | importDecl | subjectDecl | eventDecl | sourceDecl | parameterDecl | listDecl
    | tableDecl | termDecl | actionDecl | calendarDecl | ruleDecl | exampleDecl ;

// ---- declarations -------------------------------------------------------------------------------
packDecl : PACK LABEL (VERSION versionNo)? (COMMA packSetting)* ;
packSetting
    : ZONE ZONE_ID | LANGUAGE (TEXT | NAME | WORD) | CURRENCY CURRENCY_UNIT | LATENESS quantity
    | FILLERS TEXT (listComma TEXT)* | IMPORT LABEL ;
versionNo : VERSION_NO | NUM | TEXT ;
listComma : LISTSEP | COMMA ;
importDecl : IMPORT LABEL (listComma LABEL)* ;

subjectDecl : SUBJECT NAME fieldList? (COLON registerPart)? alias* ;
registerPart : REGISTER (CSV | NDJSON) TEXT fieldList? (COLON binding (COMMA binding)*)? ;
eventDecl : EVENT NAME fieldList? alias* ;
actionDecl : ACTION NAME fieldList? alias* ;
fieldList : LP field (COMMA field)* RP ;
field : NAME (fieldType | NAME)? alias* ;
fieldType
    : T_TEXT | T_TEXTS | T_NUMBER (IN? unitWord)? decimals? | T_INTEGER (IN? unitWord)?
    | T_MONEY CURRENCY_UNIT? decimals? | T_PERCENT decimals? | T_DURATION | TIME | DATE | T_YESNO
    | CELL ((LT CELL)+ | (BAR CELL)+) ;
decimals : WITH? NUM DECIMALS ;
unitWord : FREE_UNIT | UNIT ;
alias : COMMA? (ALSO | IN_ENGLISH | IN_CHINESE) (TEXT | NAME) ;

sourceDecl : SOURCE (CSV | NDJSON | SQLITE) TEXT sourceOption* sourceEvent (SEMI sourceEvent)* ;
sourceOption : COMMA? (NO_HEADER | SEPARATOR TEXT | ZONE ZONE_ID | RANK NUM) ;
sourceEvent : (ONLY expr)? (AS | BE) NAME COLON binding (COMMA binding)* ;
binding
    : (NAME | TIME | EVENT_ID) EQ sourceSum zoneClause?
    | (MISSING_MARK | MISSING) TEXT (COMMA? (LISTSEP | COMMA | AND | VERSUS) TEXT)* | zoneClause ;
zoneClause : IN? ZONE ZONE_ID ;
sourceSum : sourceProduct ((PLUS | MINUS) sourceProduct)* ;
sourceProduct : sourceJoin ((MULTIPLY | DIVIDE) sourceJoin)* ;
sourceJoin : sourceAtom (JOINED sourceAtom)* ;
sourceAtom
    : column columnFormat? | NAME | literal | LP sourceSum RP | LP column (COMMA column)+ RP
    | (DATE | UNIT) LP sourceSum COMMA sourceSum COMMA sourceSum RP
      ((POSS | AT) LP sourceClock (COMMA wrap)? RP)? ;
columnFormat : unitWord | AS_FRACTION | AS_PERCENT | FORMAT TEXT | CURRENCY_UNIT ;
sourceClock
    : sourceAtom (SHI | COLON) sourceAtom (COLON sourceAtom)? ((PLUS | MINUS) sourceAtom)* ;
wrap : BY_CALENDAR NUM UNIT WRAPPED | WRAPPED AT NUM UNIT ;
column : COLUMN (COLUMN_NAME | NUM | TEXT) ;

parameterDecl : PARAMETER NAME EQ sum alias* ;
listDecl : LIST NAME (EQ | COLON) (listItem (listComma listItem)* | FILE_WORD TEXT) ;
listItem : TEXT | CELL | NUM | PERCENT | quantity ;
tableDecl
    : TABLE NAME LP NAME (COMMA NAME)* ARROW NAME RP (COMMA? HIT_FIRST)? COLON
      tableRow (SEMI tableRow)* SEMI? ;
tableRow : (REST | tableCell ((AND | COMMA) tableCell)*) ARROW cellValue ;
tableCell : comparison cellValue | cellValue (TO cellValue)? | ANY_CELL ;
cellValue : CELL | MINUS? literal ;

termDecl : TERM NAME (EQ | IS) expr (COMMA WITH withField (COMMA withField)*)? alias* ;
withField : NAME EQ expr ;
calendarDecl
    : CALENDAR NAME EQ (FILE_WORD TEXT (LISTSEP TEXT)* | workingTime) (COMMA (workingTime | TEXT))*
      alias* ;
workingTime : (UNIT | WORKING) CLOCK (TO | MINUS) CLOCK ;

// ---- rules --------------------------------------------------------------------------------------
ruleDecl : (RULE LABEL? (VERSION versionNo)? COLON)? ruleBody (COMMA? ruleTail)* ;
ruleBody
    : eachDay COMMA? (WHEN expr thenPart)? doing
    | WHEN expr thenPart doing
    | expr COMMA? doing ;
thenPart : COMMA? (SHI | THEN) COMMA? THEN? | COMMA ;
eachDay : EACH (UNIT (ON? NUM UNIT)? | WEEKDAY (listComma? (LISTSEP | OR | AND | VERSUS) (WEEKDAY | NUM))*) AT? CLOCK ;
doing : DO invocation (COMMA? (AND_DO | AND) DO? invocation)* ;
invocation : NAME (LP assignment (COMMA assignment)* RP)? ;
assignment : NAME (EQ expr (COMMA? rounding)?)? ;
rounding : (ROUND_UP | ROUND_DOWN | ROUND_NEAREST) (TO NUM DECIMALS)? ;
ruleTail
    : EACH period (limitSign howOften | NUM TIMES)
    | quantity INSIDE (limitSign howOften | NO_REPEAT)
    | (ATMOST | LE) howOften ((PER | EACH)? period)?
    | ONCE (PER | EACH)? period
    | ONCE_PER_RUN
    | EFFECTIVE ((FROM | SINCE)? moment)? ((TO | UNTIL) moment)?
    | PRIORITY NUM | PURPOSE TEXT | VERSION versionNo | REST doing ;
limitSign : ATMOST | LE | LIMITED ;
period : quantity | UNIT ;
howOften : ONCE | NUM (TIMES | TIME) ;

// ---- examples -----------------------------------------------------------------------------------
exampleDecl : EXAMPLE LABEL COLON exampleBody ((STOP | DOT | COMMA | SEMI) expectation)* (STOP | DOT)? ;
exampleBody
    : (LIKE | AS) LABEL (COMMA change)*
    | exampleSubject COLON exampleItem ((SEMI | COMMA) exampleItem)* SEMI? ;
exampleSubject : NAME? subjectKey arguments? ;
subjectKey : keyPart (GT keyPart)* ;
keyPart : WORD | TEXT | NUM | NAME ;
exampleItem
    : whenList exampleEvent
    | SAME_DAY? SAME LIST
    | exampleEvent (AND exampleEvent)* (englishWhen (COMMA arguments englishWhen)*)? ;
englishWhen : ON whenList | DAILY AT CLOCK FROM moment TO moment ;
exampleEvent : NAME arguments? ;
whenList : momentRange | moment (listComma moment)* ;
momentRange : moment TO moment EACH UNIT CLOCK ;
moment : (DAY_DATE | MONTH_DAY) CLOCK? | INSTANT | CLOCK | NEXT_DAY CLOCK? ;
change
    : PLUS exampleItem
    | MINUS (whenList NAME? | NAME (ON whenList)?)
    | moment? NAME? CHANGED_TO (moment | exampleValue | arguments)
    | WITH (NAME arguments? ON whenList | moment NAME? exampleValue | moment NAME? arguments) ;
expectation
    : (EXPECT NO? | EXPECT_NO) exampleEvent ((listComma | AND) exampleEvent)* (ON whenList)?
      (COMMA TOTAL? NUM (TIMES | TIME))?
    | EXPECT (NOTHING | NO (NOTHING | ACTION) | SAME LIST) | EXPECT_NO NOTHING | EXPECT_NOTHING ;
arguments : LP argument (COMMA argument)* RP ;
argument : exampleValue | NAME EQ? exampleValue ;
exampleValue : MINUS? literal ((LISTSEP | AND | VERSUS) literal)* | moment | NAME | CELL | FREE_UNIT | MISSING ;

// ---- logic --------------------------------------------------------------------------------------
expr : conjunction (COMMA? OR conjunction)* ;
conjunction : negation (COMMA? AND negation)* ;
negation : NOT negation | condition ;
filter : COMMA? WHERE filterExpr ;
filterExpr : filterAnd (OR filterAnd)* ;
filterAnd : filterNot (AND filterNot)* ;
filterNot : NOT filterNot | filterCondition ;
filterCondition
    : BEFORE_THIS filterCondition
    | onCount filterCondition
    | HOLD comparison? quantity filterCondition
    | HAPPENS ref filter?
    | (ON | IS | BE | AT)? weekdays
    | sum plainTail
    | LP expr RP  // ends here: what follows belongs to the event
    | sum earlier? ;
earlier : PRECEDES sum ;

condition
    : BEFORE_THIS condition
    | onCount condition
    | HOLD comparison? quantity condition
    | WITHIN length LATER_THAN happening COMMA? afterEvent
    | (ON | IS | BE | AT)? weekdays condition?
    | (EACH | ANY) NAME keyWindow? POSS? condition
    | HAVE NO refsBefore (FOR comparison? quantity | englishWindow)
    | HAVE (ref englishWindow | many | NUM TIMES? CONSECUTIVE ref without? | NUM NAME IN_A_ROW)
    | HAPPENS ref (conditionTail | englishWindow)*
    | sum (conditionTail | englishWindow)* ;

// 任一 产线 近 7 天 的 …
keyWindow : LAST length INSIDE? ;

// 周六、周日, Saturday or Sunday.
weekdays : WEEKDAY (listComma? (LISTSEP | OR | AND | VERSUS) WEEKDAY)* ;

// What may follow a value, also within a filter.
plainTail
    : NOT? (compared | MISSING | between | AT sum place)
    | literal (OR_MORE | OR_LESS)
    | IS isTail
    | NOT_MISSING
    | (BELONGS | NOT_BELONGS) memberSet
    | IN LP setItem ((listComma | OR) setItem)* RP
    | (CONTAINS | NOT_CONTAINS) TEXT ((LISTSEP | OR) TEXT)*
    | MATCHES NAME
    | VERSUS sum OVERLAP
    | OVERLAP sum ;
// What else may follow an event or a state.
conditionTail
    : plainTail
    | IS? NOT? (FOLLOWED followedTail | PRECEDED precededTail)
    | HAVE condition
    | slotted
    | HAPPENS ref?
    | OCCURS filter?
    | BECOMES sum?
    | CONSECUTIVE (NUM TIMES ref without? | unitCount (comparison sum | sum comparison sum))
    | onCount
    | HOLD comparison? quantity (comparison sum)?
    | FOR (comparison? quantity | NAME NAME?)
    | (ON | IS | BE | AT) weekdays
    | FULL length
    | LATER_THAN happening
    | KNOWN_FOR quantity HISTORY?
    | AFTER afterTail
    | BEFORE quantity (INSIDE? (NO refs | HAVE happening))?
    | WITHIN length (EARLIER_THAN sum | LATER_THAN happening)
    | MUST? PRECEDES sum (lag ((AND | COMMA)? lag)?)?
    | NO refs
    | COMMA? AND? STILL_NO refs WITHIN quantity
    | COMMA? AND NOT plainRefs WITHIN length
    | SHIFTS (UP | DOWN)? BY? comparison NUM (DEVIATIONS | DEVIATION)
      (LP BASELINE quantity RP)?
    | CLUSTERS (LP clusterPart (COMMA clusterPart)* RP)? ;
isTail
    : NOT? (compared | MISSING | BELONGS memberSet | between | IN NAME
           | (LATER_THAN | EARLIER_THAN) sum
           | sum (OR_MORE | OR_LESS | (OR TEXT)+)?) ;
// 10 MW ≤ f ≤ 20 MW, f ≥ 10 MW and < 20 MW, f is "a" or "b", 客户 超过 30 天 没有 缴费
compared
    : (LT | LE) BEFORE_THIS? sum (comparedMore | (LT | LE) sum)?
    | (GT | GE) BEFORE_THIS? sum (comparedMore | (GT | GE) sum)?
    | (EQ | NE | BE | (ATLEAST | ATMOST) BE?) BEFORE_THIS? sum comparedMore? ;
comparedMore
    : OR_MORE | OR_LESS | (AND | OR) comparison sum | (OR TEXT)+ | NO refs ;
between : BETWEEN sum (AND | TO | VERSUS) sum BETWEEN_END? ;
place : AFTER | BEFORE | OR_MORE | OR_LESS | (AND | TO | VERSUS) sum BETWEEN_END ;
memberSet : NAME | LP? setItem ((listComma | OR) setItem)* RP? ;
setItem : literal | CELL ;
clusterPart : (WINDOW | BASELINE) quantity | LEVEL NUM ;
comparison : LT | LE | EQ | NE | GE | GT | (ATLEAST | ATMOST) BE? | BE ;
onCount
    : (ON | FOR) NUM (WITH_DATA | COMPLETE)? CONSECUTIVE (WITH_DATA | COMPLETE)? UNIT WITH_DATA?
    | (ON | FOR) NUM UNIT IN_A_ROW ;
unitCount : NUM (WITH_DATA | COMPLETE)? UNIT ;
lag : BY? comparison quantity ;

followedTail : bounds? BY AGAIN? refsBefore bounds? (OR UNTIL NEXT ref)? (COMMA? unless)? without? ;
precededTail : BY refsBefore bounds? ;
bounds
    : WITHIN (length | NUM TO quantity | quantity TO quantity)
    | LATER_THAN quantity
    | LATER_THAN? ATLEAST quantity ((AND | COMMA)? (WITHIN | ATMOST) quantity)? ;
unless : UNLESS MEANWHILE? refs MEANWHILE? ;
without : COMMA? (WITHOUT happening IN_BETWEEN | MIDDLE_NO happening) ;
afterTail
    : (ATLEAST NUM UNIT (LISTSEP | COMMA | AND)?)? length INSIDE (OR NEXT ref BEFORE)? afterEvent
    | (NUM | quantity) TO quantity INSIDE? afterEvent
    | ATLEAST quantity afterEvent
    | quantity AFTER NO refs
    | quantity NO refs (COMMA? unless)?
    | INSIDE? afterEvent ;
afterEvent : NO refs (COMMA? unless)? | HAVE? AGAIN? happening without? ;
// An event, or a group of them in brackets: (A or B).
happening : ref | (NEXT | FIRST)? LP expr RP filter? ;
refs : happening ((OR NO? | NOR | VERSUS) happening)* ;
plainRefs : ref ((OR NO? | NOR | VERSUS) ref)* ;
refsBefore : happening ((OR NO? | NOR | AND) happening)* ;

// leaves 3 quote emails in a row unopened: the two sides of a spelling with a slot.
slotted
    : SLOT_BEGIN (NUM NAME IN_A_ROW | NUM TIMES? CONSECUTIVE NAME | CONSECUTIVE NUM TIMES NAME | NAME)
      SLOT_END ;

// ---- values -------------------------------------------------------------------------------------
sum : product ((PLUS | MINUS) product)* ;
product : factor ((MULTIPLY | DIVIDE) factor)* ;
factor : MINUS factor | PERCENT OF factor | value (POSS (PERCENT | NUM FOLD))? ;
value
    : literal
    | NUM TIMES? CONSECUTIVE ref without?
    | NUM NAME IN_A_ROW
    | CONSECUTIVE NUM TIMES ref without?
    | CONSECUTIVE unitCount condition
    | LP expr RP filter?
    | LQ expr RQ
    | slotted
    | column
    | NEXT_DAY
    | NOW
    | DAY_DATE CLOCK?
    | INSTANT
    | window windowBody?
    | quantity EARLIER_THAN sum?
    | quantity INSIDE insideBody
    | FULL quantity NO refs
    | many
    | NO refsBefore
      (FOR comparison? quantity | englishWindow
      | WITHIN length (EARLIER_THAN sum | LATER_THAN happening)?)
    | englishAggregate
    | MEAN_PER aggregateOf
    | EACH UNIT aggregateOf AVERAGE?
    | KEYWORD_DENSITY LP TEXT (listComma TEXT)* RP OF ref
    | TIME (OF ref | FROM ref TO ref (COMMA? IN NAME TIME)? (COMMA OPEN_CASES UP_TO_NOW)?)?
    | refValue ;
refValue
    : ref refTail? ;
refTail
    : COUNT
    | POSS? TIME
    | POSS? aggregateWord
    | POSS COUNT
    | POSS NAME aggregateWord?
    | TO ref POSS ELAPSED
      ((COMMA? BY_CALENDAR NAME)? (COMMA NO NAME? UP_TO_NOW)?
      | LP BY_CALENDAR NAME (COMMA NO NAME? UP_TO_NOW)? RP)
    | window windowBody
    | quantity (INSIDE? NO refs | AFTER (NO refs)? | INSIDE insideBody)
    | KEYWORD_DENSITY LP TEXT (listComma TEXT)* RP
    | LP callArgument (COMMA callArgument)* RP ;
callArgument : sum ;
aggregateWord
    : SUM | AVERAGE | MAXIMUM | MINIMUM | SPREAD | DISTINCT | DEVIATION | SHARE
    | NUM PERCENTILE ;

// An event, a term, a field of one, or any other declared name.
ref
    : (LATEST | PREVIOUS | NEXT | FIRST)? (sameFields (LATEST | PREVIOUS | NEXT | FIRST)?)? NAME step* witness? ofPart? filter?
      (POSS NAME step*)? ;
sameFields : SAME NAME (LISTSEP NAME)* POSS ;
step : DOT NAME | POSS NAME | NAME ;
witness : LP NAME RP | AS NAME ;
ofPart : OF SAME NAME (AND NAME)* | OF ref latestWindow? ;
latestWindow : IN (LAST | PREVIOUS) length ;

window
    : LAST length INSIDE?
    | PREVIOUS_ONE quantity
    | SAME_PERIOD? LP quantity BEFORE RP POSS? quantity
    | quantity BEFORE POSS? quantity
    | THIS_UNIT SO_FAR? | LAST_UNIT
    | SINCE LATEST ref SINCE_END ;
windowBody : NO refs | HAVE ref | sameFields? FIRST ref | EACH UNIT aggregateOf POSS? AVERAGE | MEAN_PER aggregateOf
    | latestOf | aggregateOf | timesOf ;
latestOf : LATEST ref ;
insideBody : NO refs | AGAIN ref | latestOf | aggregateOf | timesOf ;
aggregateOf
    : LP expr RP filter? POSS? COUNT
    | ref (COUNT | POSS? aggregateWord NAME? | POSS COUNT | POSS NAME aggregateWord | howOftenTail)
    | (SUM | AVERAGE | MAXIMUM | MINIMUM) ref ;
timesOf : (comparison NUM TIMES | NUM TIMES OR_MORE?) ref ;
howOftenTail : comparison NUM TIMES | NUM TIMES OR_MORE? ;
// at least 3 complaints within 7 days, 3 or more complaints this month, 超过 30 天 没有 缴费
many
    : comparison (NUM ref manyWindow | quantity NO refs)
    | NUM OR_MORE ref manyWindow ;
manyWindow : englishWindow | WITHIN quantity ;
englishAggregate
    : NUMBER_OF (DISTINCT NAME OF)? (ref | LP expr RP filter?) (englishWindow | PER UNIT)?
    | (SUM | AVERAGE | MAXIMUM | MINIMUM | SPREAD | DEVIATION) OF? ref (englishWindow | PER UNIT)?
      BEFORE_THIS?
    | PERCENTILE NUM OF ref englishWindow?
    | SHARE OF ref englishWindow?
    | (MEAN_PER | DAILY) englishAggregate ;
englishWindow
    : (IN | WITHIN)? LAST (length | UNIT)
    | (IN | WITHIN) PREVIOUS (quantity | UNIT)
    | IN? THIS UNIT SO_FAR?
    | IN? THIS_UNIT SO_FAR? | IN? LAST_UNIT
    | SINCE LATEST? ref
    | IN SAME quantity quantity AGO
    | IN quantity EARLIER_THAN ;

literal
    : quantity | NUM TIMES? | PERCENT | NUM CURRENCY_UNIT | CURRENCY_UNIT NUM | TEXT | TRUTH ;
quantity : NUM unitWord (NUM unitWord)* ;
// A length of time, or the parameter that holds it.
length : quantity | NAME ;
