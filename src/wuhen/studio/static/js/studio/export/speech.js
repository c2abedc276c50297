/** The words of the export dialog, which come with it and not with the page. */

import en from "../../words/en.js";
import zh from "../../words/zh.js";
import ownEn from "./words.en.js";
import ownZh from "./words.zh.js";

Object.assign(en, ownEn);
Object.assign(zh, ownZh);
