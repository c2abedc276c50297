/** What is said of the samples in Chinese. */

export default {
  "samples.title": "示例照片",
  "samples.hikers": "示例：沙丘上的徒步者",
  "samples.sign": "示例：路边的指示牌",
  "samples.caption": "示例：照片上的一行文字",
  "samples.ready": "要消除的内容已经选好，点“消除”即可；也可清空选区，自己来选。",
};
