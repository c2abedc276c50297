/** The words of what is kept, which come with it and not with the page. */

import en from "../../words/en.js";
import savingEn from "./words.en.js";
import savingZh from "./words.zh.js";
import zh from "../../words/zh.js";

Object.assign(en, savingEn);
Object.assign(zh, savingZh);
