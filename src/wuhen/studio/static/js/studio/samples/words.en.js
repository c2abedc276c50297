/** What is said of the samples in English. */

export default {
  "samples.title": "Photos to try it on",
  "samples.hikers": "Sample: hikers on a dune",
  "samples.sign": "Sample: a sign by the road",
  "samples.caption": "Sample: a line of text on a photo",
  "samples.ready": "What is to go is selected already: press Erase. Or clear it, and select something else.",
};
