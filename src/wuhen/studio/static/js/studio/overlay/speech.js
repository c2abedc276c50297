/** The words of what is set of the mask, which come with it and not with the page. */

import en from "../../words/en.js";
import overlayEn from "./words.en.js";
import overlayZh from "./words.zh.js";
import zh from "../../words/zh.js";

Object.assign(en, overlayEn);
Object.assign(zh, overlayZh);
