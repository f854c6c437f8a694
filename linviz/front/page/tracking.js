// What mail, search and course pages add to every link to follow who opens it: it is dropped from the
// address, so that a link that is copied from there does not carry it on. The same as in
// linviz/panels/link.py.

const TRACKING =
  /^(utm_\w+|[a-z]*clk?id|gclsrc|gbraid|wbraid|gad_\w+|_gl|_ga|mc_[ce]id|mkt_tok|_?hs\w+|__hs\w+|igsh(id)?|vero_\w+|oly_\w+|s_cid|cmpid|li_fat_id|_openstat|module_item_id|trk|ref|referrer|ref_\w+|source)$/;

/** @param {string} search with its question mark */
export function withoutTracking(search) {
  const kept = search.slice(1).split("&");
  const own = kept.filter((part) => !TRACKING.test(part.split("=", 1)[0])).join("&");
  return own === "" ? "" : `?${own}`;
}

// What the address asks for, its tracking gone.
export function ownSearch() {
  const { pathname, search, hash } = window.location;
  const own = withoutTracking(search);
  if (own !== search) history.replaceState(history.state, "", `${pathname}${own}${hash}`);
  return own;
}
