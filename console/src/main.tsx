import "@fontsource-variable/vazirmatn/wght.css";
import "./shell/mantineStyles";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./shell/console.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./shell/App";
import { storedPreferences } from "./shell/preferences";
import { loadText } from "./text";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
const text = await loadText(storedPreferences().language);
createRoot(root).render(
  <StrictMode>
    <App text={text} />
  </StrictMode>,
);
