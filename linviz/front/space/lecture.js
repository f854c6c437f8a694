// The way from a picture to the lecture that uses it, where the lectures are served beside the page.

import { WORDS } from "./words.js";

/** @type {Record<string, string>} */
const LECTURES = {
  ...{ weights: "02-non-convexity", unfolded: "02-non-convexity", map: "02-non-convexity" },
  ...{ curvature: "03-reductions", invariant: "06-landscape" },
  ...{ run: "07-one-hidden-layer", neighbors: "07-one-hidden-layer" },
  ...{ inputs: "07-one-hidden-layer", falls: "07-one-hidden-layer" },
  ...{ ball: "08-deep-networks", slice: "08-deep-networks", cone: "08-deep-networks", escape: "08-deep-networks" },
};

/** @param {HTMLElement} panel of the picture */
export function createLectureLink(panel) {
  const place = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="linviz-lectures"]'));
  const link = document.createElement("a");
  Object.assign(link, { className: "lecture", target: "_blank", rel: "noopener", title: WORDS.lecture.help });
  if (place) panel.querySelector(".titles")?.append(link);
  return {
    /** @param {string} picture */
    show(picture) {
      const name = LECTURES[picture];
      link.href = `${place?.content ?? ""}${name}.html`;
      link.textContent = WORDS.lecture.named(Number(name.slice(0, 2)));
    },
  };
}
