package dev.nuncio.webhooks;

/** Hexadecimal: written in lower case, read in either. */
final class Hex {
    private Hex() {}

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 2);
        for (byte one : bytes) {
            text.append(Character.forDigit((one >> 4) & 15, 16)).append(Character.forDigit(one & 15, 16));
        }
        return text.toString();
    }

    /** The bytes that {@code text} spells; {@code null} for other text. */
    static byte[] decode(String text) {
        if (text.length() % 2 != 0) {
            return null;
        }
        byte[] bytes = new byte[text.length() / 2];
        for (int at = 0; at < bytes.length; at++) {
            int high = digit(text.charAt(at * 2));
            int low = digit(text.charAt(at * 2 + 1));
            if (high < 0 || low < 0) {
                return null;
            }
            bytes[at] = (byte) (high << 4 | low);
        }
        return bytes;
    }

    /** The value of an ASCII hexadecimal digit; -1 for other characters. */
    static int digit(char character) {
        return character < 128 ? Character.digit(character, 16) : -1;
    }
}
