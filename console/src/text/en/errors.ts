import type { Text } from "..";

export const errors: Text["errors"] = {
  byCode: {
    NO_CONNECTION: "The gateway does not answer. It may be off, or the network is down.",
    CONSOLE: "This page met an error.",
  },
  code: "Code",
  request: "Request",
};
