export const datasets = {
  title: "مجموعه‌های داده",
};
