/** The words of the samples, which come with them. */

import en from "../../words/en.js";
import zh from "../../words/zh.js";
import samplesEn from "./words.en.js";
import samplesZh from "./words.zh.js";

Object.assign(en, samplesEn);
Object.assign(zh, samplesZh);
