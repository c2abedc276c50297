/** The explorer's words, which come with it and not with the page. */

import en from "../words/en.js";
import explorerEn from "./words.en.js";
import explorerZh from "./words.zh.js";
import zh from "../words/zh.js";

Object.assign(en, explorerEn);
Object.assign(zh, explorerZh);
