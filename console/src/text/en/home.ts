import type { Text } from "..";

export const home: Text["home"] = {
  title: "Home",
  running: "Running now",
  nothingRuns: "Nothing runs now.",
  health: "Health of the parts",
  healthStates: { ok: "Healthy", degraded: "Degraded", down: "Down", unknown: "Unknown" },
  age: (time) => `Last heard ${time} ago`,
  parts: {
    store: "Store",
    bus: "Bus",
    gateway: "Gateway",
    downloader: "Downloader",
    scanner: "Scanner",
    trainer: "Trainer",
    synth: "Synth",
  },
  disk: "Disk",
  diskUse: (used, total) => `${used} of ${total}`,
  assets: (count, size) => `${count} assets, ${size}`,
  lastErrors: "Last errors",
  noErrors: "No errors.",
  start: "Start here",
  steps: {
    voice: { title: "Install a voice", text: "Take a Persian voice from the catalog.", action: "Model hub" },
    say: { title: "Hear a sentence", text: "Write a text in the studio and play it.", action: "Speech studio" },
    train: {
      title: "Make your own voice",
      text: "Bring your recordings and start a training.",
      action: "Training",
    },
  },
  stepDone: "Done",
};
