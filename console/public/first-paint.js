// Before the first paint: direction and colours, so that a page does not turn round or flash. Same keys as
// src/shell/preferences.ts.
(function () {
  var stored = {};
  try {
    stored = JSON.parse(localStorage.getItem("sokhan.preferences") || "{}");
  } catch {
    // A browser without storage has the defaults.
  }
  var root = document.documentElement;
  root.lang = stored.language === "en" ? "en" : "fa";
  root.dir = root.lang === "fa" ? "rtl" : "ltr";
  var dark =
    stored.theme === "dark" || (stored.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
