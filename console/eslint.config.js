import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  globalIgnores(["src/api/schema.ts", "node_modules"]),
  js.configs.recommended,
  typescript.configs.strictTypeChecked,
  typescript.configs.stylisticTypeChecked,
  hooks.configs.flat.recommended,
  a11y.flatConfigs.strict,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "public/*.js"] } } },
    rules: {
      "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["application", "region", "tabpanel"], tags: [] }],
      // A chart takes keys: role "application" is the one for that.
      "jsx-a11y/no-noninteractive-element-interactions": [
        "error",
        { handlers: ["onClick", "onMouseDown", "onMouseUp"] },
      ],
      "react-hooks/incompatible-library": "off", // about the React compiler, which is not used
      "@typescript-eslint/no-unsafe-enum-assignment": "off", // uPlot's enums are in its types only
      "max-lines": ["error", 250],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: { string: true } }], // "" too
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/only-throw-error": [
        "error",
        { allow: [{ from: "package", package: "@tanstack/router-core", name: "Redirect" }] },
      ],
    },
  },
  { files: ["**/*.js"], ...typescript.configs.disableTypeChecked },
  { files: ["public/*.js"], languageOptions: { globals: { document: false, localStorage: false, matchMedia: false } } },
  {
    files: ["journeys/*.js"],
    languageOptions: {
      globals: {
        console: false,
        fetch: false,
        localStorage: false,
        document: false,
        performance: false,
        PerformanceObserver: false,
        process: false,
        requestAnimationFrame: false,
      },
    },
  },
);
