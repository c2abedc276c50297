/** What the export dialog says in English. */

export default {
  "export.title": "Export",
  "export.format": "Format",
  "export.same": "As the photo",
  "export.quality": "Quality",
  "export.qualityHint": "All of the photo is compressed anew.",
  "export.metadata": "Keep camera, time, place and other metadata",
  "export.metadataHint": "Colour profile, resolution and AI labels stay in any case.",
  "export.name": "File name",
  "export.size": "Size",
  "export.making": "Making the file…",
  "export.share": "Share",
};
