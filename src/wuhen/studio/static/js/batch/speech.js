/** The batch's words, which come with it and not with the page. */

import en from "../words/en.js";
import zh from "../words/zh.js";
import batchEn from "./words.en.js";
import batchZh from "./words.zh.js";

Object.assign(en, batchEn);
Object.assign(zh, batchZh);
