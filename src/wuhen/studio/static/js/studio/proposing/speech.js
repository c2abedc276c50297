/** The words of proposals, which come with them and not with the page. */

import en from "../../words/en.js";
import zh from "../../words/zh.js";
import proposingEn from "./words.en.js";
import proposingZh from "./words.zh.js";

Object.assign(en, proposingEn);
Object.assign(zh, proposingZh);
