/** The words of signing in, which come with it and not with the page. */

import en from "../words/en.js";
import zh from "../words/zh.js";
import signinEn from "./words.en.js";
import signinZh from "./words.zh.js";

Object.assign(en, signinEn);
Object.assign(zh, signinZh);
