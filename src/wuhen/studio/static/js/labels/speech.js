/** The words of the labels' panel, which come with it and not with the page. */

import en from "../words/en.js";
import labelsEn from "./words.en.js";
import labelsZh from "./words.zh.js";
import zh from "../words/zh.js";

Object.assign(en, labelsEn);
Object.assign(zh, labelsZh);
