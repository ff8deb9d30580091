#include "compiler/syntax/traditional.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace clausal::syntax {

namespace {

// Traditional and simplified by turns.
constexpr std::u32string_view kPairs =
    U"當当時时發发觸触動动與与數数連连續续內内過过間间後后沒没無无開开關关應应該该這这個个們们來来為为爲为於于從从對对"
    U"會会還还將将並并並并稱称規规則则導导術术語语參参決决單单訂订標标準准類类產产業业務务員员區区報报價价額额費费幣币"
    U"錢钱購购買买賣卖貨货倉仓庫库運运輸输車车達达遞递寄寄貼贴電电話话郵邮網网頁页點点擊击訪访問问復复覆复簽签約约"
    U"號号碼码編编檔档據据記记錄录錯错誤误異异聚聚警警預预測测試试驗验檢检查查設设備备裝装維维護护線线節节機机構构"
    U"組组織织團团隊队經经濟济營营銷销資资財财賬账戶户賠赔償偿違违約约執执行行優优級级順顺遲迟延延緊紧急急極极高高"
    U"響响變变換换轉转歸归還还補补償偿總总計计頻频幾几兩两廠厂縣县鎮镇鄉乡國国際际華华東东醫医藥药療疗險险貸贷證证"
    U"書书讀读寫写說说請请謝谢認认許许論论議议調调談谈課课誰谁讓让識识諾诺謹谨譯译負负貢贡責责貴贵貿贸賀贺質质"
    U"龍龙龜龟門门閉闭閱阅闊阔陽阳陰阴陸陆隨随隱隐難难雲云霧雾靈灵靜静響响項项須须頓顿頒颁領领題题顏颜願愿顧顾顯显"
    U"飛飞飯饭飲饮飼饲館馆馬马駐驻騎骑驅驱驗验體体鬥斗魚鱼鮮鲜鳥鸟麗丽麥麦黃黄齊齐齒齿";

constexpr auto make_pairs() {
    std::array<std::pair<char32_t, char32_t>, kPairs.size() / 2> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i] = {kPairs[2 * i], kPairs[2 * i + 1]};
    }
    return pairs;
}

}  // namespace

char32_t simplified_of(char32_t c) {
    static const auto pairs = [] {
        auto sorted = make_pairs();
        std::stable_sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
        return sorted;
    }();
    const auto found = std::lower_bound(pairs.begin(), pairs.end(), c,
        [](const auto& pair, char32_t wanted) { return pair.first < wanted; });
    return found != pairs.end() && found->first == c ? found->second : c;
}

}  // namespace clausal::syntax
