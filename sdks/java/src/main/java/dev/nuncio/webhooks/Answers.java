package dev.nuncio.webhooks;

/** How the vendor's published receivers refuse: two status codes and a text. */
record Answers(int missing, int invalid, String text) {}
