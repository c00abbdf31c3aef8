package dev.nuncio.webhooks;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a signed URL may be spelled. */
final class SignedUrl {
    private static final Pattern PARTS = Pattern.compile(
            "(https?:)(//(?:\\[[^\\]]*\\]|[^/?#:\\[\\]]*))(:[0-9]+)?([/?#].*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private SignedUrl() {}

    /**
     * The texts that a sender may have signed for {@code url}: itself, and with its scheme's default port left out or added,
     * since both name one endpoint and frameworks differ in which they show. Nothing else is changed.
     */
    static List<String> spellings(String url) {
        Matcher parts = PARTS.matcher(url);
        if (!parts.matches()) {
            return List.of(url);
        }
        String defaultPort = parts.group(1).toLowerCase(Locale.ROOT).equals("https:") ? ":443" : ":80";
        String port = parts.group(3);
        if (port != null && !port.equals(defaultPort)) {
            return List.of(url);
        }
        String rest = parts.group(4) == null ? "" : parts.group(4);
        return List.of(url, parts.group(1) + parts.group(2) + (port == null ? defaultPort : "") + rest);
    }
}
