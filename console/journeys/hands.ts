/** How a person works a page: by mouse or finger, or by keyboard alone. */

import type { Locator } from "playwright-core";

export interface Hand {
  /** A button, a link or a tab. */
  press(target: Locator): Promise<void>;
  /** A checkbox, or a radio button: one of a row of buttons is one too. */
  check(target: Locator): Promise<void>;
  /** An item of an open menu. */
  pick(item: Locator): Promise<void>;
  write(field: Locator, words: string): Promise<void>;
  /** A file, by the button that opens the browser's dialog. */
  attach(button: Locator, path: string): Promise<void>;
}

export const mouse: Hand = {
  press: (target) => target.click(),
  async check(target) {
    // A radio by its label: the input of a row of buttons has no size.
    const radio = (await target.getAttribute("type")) === "radio";
    const id = await target.getAttribute("id");
    await (radio ? target.page().locator(`label[for="${id}"]`).first() : target).click();
  },
  pick: (item) => item.click(),
  write: (field, words) => field.fill(words),
  async attach(button, path) {
    const chooser = button.page().waitForEvent("filechooser");
    await button.click();
    await (await chooser).setFiles(path);
  },
};

const MOST_KEYS = 400;
const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement);

/** Press a key until it holds: what never comes to hold cannot be reached by keyboard. */
async function pressUntil(key: string, target: Locator, holds: () => Promise<boolean>): Promise<void> {
  await target.waitFor({ state: "attached" });
  for (let presses = 0; presses < MOST_KEYS; presses++) {
    if (await holds()) return;
    await target.page().keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${target.toString()}`);
}

const reach = (target: Locator) => pressUntil("Tab", target, () => hasFocus(target));

export const keyboard: Hand = {
  async press(target) {
    // Of a list of tabs one is in the order of Tab; arrows lead to the others.
    if ((await target.getAttribute("role")) === "tab") {
      const tabs = target.page().getByRole("tab");
      await pressUntil("Tab", target, () =>
        tabs.evaluateAll((all) => all.some((tab) => tab === document.activeElement)),
      );
      await pressUntil("ArrowRight", target, () => hasFocus(target));
    } else {
      await reach(target);
    }
    await target.page().keyboard.press("Enter");
  },
  async check(target) {
    if ((await target.getAttribute("type")) !== "radio") {
      await reach(target);
      await target.page().keyboard.press("Space");
      return;
    }
    const name = await target.getAttribute("name");
    const group = target.page().locator(`input[name="${name}"]`);
    await pressUntil("Tab", target, () =>
      group.evaluateAll((all) => all.some((one) => one === document.activeElement)),
    );
    await pressUntil("ArrowDown", target, () => target.isChecked());
  },
  pick: async (item) => {
    await pressUntil("ArrowDown", item, () => hasFocus(item));
    await item.page().keyboard.press("Enter");
  },
  async write(field, words) {
    await reach(field);
    await field.page().keyboard.press("Control+a");
    await field.page().keyboard.type(words);
  },
  async attach(button, path) {
    const chooser = button.page().waitForEvent("filechooser"); // before the way there: the browser must know of it
    await reach(button);
    await button.page().keyboard.press("Enter");
    await (await chooser).setFiles(path);
  },
};
