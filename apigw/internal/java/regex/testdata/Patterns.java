import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.BufferedOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads a pattern and a text a line, each as the hexadecimal digits of its UTF-16 units, and prints what
 * java.util.regex finds: "error", "slow", "fails", or whether all of the text matches and the places of every match
 * with its groups. A text of "=" is the one before.
 */
public class Patterns {
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        String text = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int tab = line.indexOf('\t');
            String rest = line.substring(tab + 1);
            if (!rest.equals("=")) {
                text = decode(rest);
            }
            out.println(run(decode(line.substring(0, tab)), text));
        }
        out.flush();
    }

    static String decode(String hex) {
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < hex.length(); i += 4) {
            b.append((char) Integer.parseInt(hex.substring(i, i + 4), 16));
        }
        return b.toString();
    }

    static String run(String pattern, String text) {
        Matcher m;
        try {
            m = Pattern.compile(pattern).matcher(new Slow(text));
        } catch (PatternSyntaxException e) {
            return "error";
        }
        try {
            StringBuilder b = new StringBuilder(m.matches() ? "1" : "0");
            m.reset();
            while (m.find()) {
                b.append(' ').append(m.start()).append('-').append(m.end());
                for (int g = 1; g <= m.groupCount(); g++) {
                    b.append(',').append(m.start(g)).append('-').append(m.end(g));
                }
            }
            return b.toString();
        } catch (IllegalStateException e) {
            return "slow";
        } catch (NullPointerException | IndexOutOfBoundsException | StackOverflowError e) {
            return "fails";
        }
    }

    /** A text that can be read a bounded number of times, for patterns that take exponential time. */
    static final class Slow implements CharSequence {
        private final String text;
        private int left;

        Slow(String text) {
            this.text = text;
            left = 200_000 + 40 * text.length();
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int i) {
            if (--left < 0) {
                throw new IllegalStateException();
            }
            return text.charAt(i);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.substring(from, to);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
