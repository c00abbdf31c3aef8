package dev.nuncio.webhooks;

import java.util.ArrayList;
import java.util.List;

/** What a dialect signs, and how its header spells it. */
record Signature(
        String header, Grammar grammar, String separator, List<Piece> content, List<Scheme> schemes, SignedTime time) {
    /** How the header lists signatures. */
    enum Grammar {
        BARE(""),
        PAIRS(","),
        VERSIONS(" ");

        final String defaultSeparator;

        Grammar(String defaultSeparator) {
            this.defaultSeparator = defaultSeparator;
        }
    }

    /** The form of the signed time, and where it is: in a header, or in the signature's pair of that key. */
    record SignedTime(String field, String header, String pair) {}

    /** One entry of the header: a version (empty in a bare one) and what it holds. */
    record Item(String version, String text) {}

    List<Item> items(String value) {
        if (grammar == Grammar.BARE) {
            return List.of(new Item("", value));
        }
        char between = grammar == Grammar.PAIRS ? '=' : ',';
        List<Item> items = new ArrayList<>();
        for (String entry : value.split(java.util.regex.Pattern.quote(separator))) {
            String item = entry.strip();
            int end = item.indexOf(between);
            if (end >= 0) {
                items.add(new Item(item.substring(0, end), item.substring(end + 1)));
            }
        }
        return items;
    }
}
