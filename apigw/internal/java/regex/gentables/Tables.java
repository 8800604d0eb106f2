import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Prints what java.util.regex knows of Unicode and Go's package unicode does not have, a line an entry. */
public class Tables {
    public static void main(String[] args) throws Exception {
        System.out.println("version " + System.getProperty("java.version"));
        blocks();
        scripts();
        ranges("mirrored", c -> Character.isMirrored(c) ? 1 : 0);
        Method type = Class.forName("java.util.regex.Grapheme").getDeclaredMethod("getType", int.class);
        type.setAccessible(true);
        ranges("cluster", c -> {
            if (c >= 0xAC00 && c <= 0xD7A3) {
                return 0; // syllables of Hangul are computed
            }
            try {
                return (int) type.invoke(null, c);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    interface Value {
        int of(int c);
    }

    static void ranges(String name, Value value) {
        int start = 0;
        for (int c = 1; c <= Character.MAX_CODE_POINT + 1; c++) {
            int before = value.of(start);
            if (c <= Character.MAX_CODE_POINT && value.of(c) == before) {
                continue;
            }
            if (before != 0) {
                System.out.printf(Locale.ROOT, "%s %d %x %x%n", name, before, start, c - 1);
            }
            start = c;
        }
    }

    static void blocks() throws Exception {
        Field field = Character.UnicodeBlock.class.getDeclaredField("map");
        field.setAccessible(true);
        Map<String, TreeSet<String>> names = new TreeMap<>();
        for (Map.Entry<?, ?> e : ((Map<?, ?>) field.get(null)).entrySet()) {
            names.computeIfAbsent(e.getValue().toString(), k -> new TreeSet<>()).add((String) e.getKey());
        }
        Character.UnicodeBlock block = Character.UnicodeBlock.of(0);
        int start = 0;
        for (int c = 1; c <= Character.MAX_CODE_POINT + 1; c++) {
            Character.UnicodeBlock next = c > Character.MAX_CODE_POINT ? null : Character.UnicodeBlock.of(c);
            if (c <= Character.MAX_CODE_POINT && next == block) {
                continue;
            }
            if (block != null) {
                System.out.printf(Locale.ROOT, "block %x %x %s%n", start, c - 1, String.join("|", names.remove(block.toString())));
            }
            start = c;
            block = next;
        }
        for (TreeSet<String> rest : names.values()) { // names of blocks that have no characters
            System.out.println("block 1 0 " + String.join("|", rest));
        }
    }

    static void scripts() throws Exception {
        Field field = Character.UnicodeScript.class.getDeclaredField("aliases");
        field.setAccessible(true);
        Map<String, String> names = new TreeMap<>();
        for (Map.Entry<?, ?> e : ((Map<?, ?>) field.get(null)).entrySet()) {
            names.put((String) e.getKey(), e.getValue().toString());
        }
        for (Character.UnicodeScript s : Character.UnicodeScript.values()) {
            names.put(s.toString(), s.toString());
        }
        names.forEach((name, script) -> System.out.println("script " + name + " " + script));
    }
}
