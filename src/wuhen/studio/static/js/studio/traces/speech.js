/** The words of what an object left, which come with it and not with the page. */

import en from "../../words/en.js";
import zh from "../../words/zh.js";
import tracesEn from "./words.en.js";
import tracesZh from "./words.zh.js";

Object.assign(en, tracesEn);
Object.assign(zh, tracesZh);
