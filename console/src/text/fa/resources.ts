export const resources = {
  title: "منابع",
};
