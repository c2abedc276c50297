/** The inspector's words, which come with it and not with the page. */

import en from "../words/en.js";
import inspectorEn from "./words.en.js";
import inspectorZh from "./words.zh.js";
import zh from "../words/zh.js";

Object.assign(en, inspectorEn);
Object.assign(zh, inspectorZh);
