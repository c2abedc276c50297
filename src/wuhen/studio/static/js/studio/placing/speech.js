/** The words of placing a rectangle, which come with it and not with the page. */

import en from "../../words/en.js";
import placingEn from "./words.en.js";
import placingZh from "./words.zh.js";
import zh from "../../words/zh.js";

Object.assign(en, placingEn);
Object.assign(zh, placingZh);
