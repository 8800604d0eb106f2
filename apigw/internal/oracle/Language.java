import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.app.event.*;
import org.apache.velocity.context.Context;
import org.apache.velocity.exception.*;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.util.introspection.Info;

/**
 * Renders templates with Apache Velocity 1.7. A request on standard input is a line with the mode, a blank and the
 * template; the answer is a line with "out" or "error", a blank, and the output or the kind of the
 * error and its message. Backslash, newline and carriage return are written as \\, \n and \r, other control
 * characters and halves of surrogate pairs as \\uXXXX.
 *
 * The mode "plain" is Velocity as it comes. "empty" is Velocity in which a null reference is the empty string.
 * "forbidden" is plain Velocity in which templates cannot define macros. "aws" is what Amazon API Gateway runs: null
 * references are empty, templates cannot define macros, and there is no #evaluate.
 */
public class Language {
  public static class EmptyReferences implements InvalidReferenceEventHandler {
    public Object invalidGetMethod(Context c, String ref, Object o, String prop, Info i) { return ""; }
    public boolean invalidSetMethod(Context c, String l, String r, Info i) { return false; }
    public Object invalidMethod(Context c, String ref, Object o, String m, Info i) { return ""; }
  }

  static VelocityEngine newEngine(String mode) {
    VelocityEngine ve = new VelocityEngine();
    ve.setProperty(RuntimeConstants.RUNTIME_LOG_LOGSYSTEM_CLASS, "org.apache.velocity.runtime.log.NullLogChute");
    ve.setProperty("resource.loader", "string");
    ve.setProperty("string.resource.loader.class", "org.apache.velocity.runtime.resource.loader.StringResourceLoader");
    ve.setProperty("directive.foreach.maxloops", "1000");
    ve.setProperty("parser.pool.size", "1");
    if (mode.equals("aws") || mode.equals("forbidden")) ve.setProperty("velocimacro.permissions.allow.inline", "false");
    ve.init();
    if (mode.equals("aws")) ve.removeDirective("evaluate");
    return ve;
  }

  static final Map<String, VelocityEngine> engines = new HashMap<>();

  /** Macros, and the parser's memory of their names, live as long as an engine: it is replaced after each of them. */
  static VelocityEngine engineFor(String mode, String template) {
    VelocityEngine ve = engines.computeIfAbsent(mode, Language::newEngine);
    if (template.contains("macro")) engines.remove(mode);
    return ve;
  }

  static String render(String mode, String template) {
    VelocityContext ctx = new VelocityContext();
    if (mode.equals("aws") || mode.equals("empty")) {
      EventCartridge ec = new EventCartridge();
      ec.addEventHandler(new EmptyReferences());
      ec.attachToContext(ctx);
    }
    VelocityEngine ve = engineFor(mode, template);
    try {
      StringWriter w = new StringWriter();
      ve.evaluate(ctx, w, "t", template);
      return "out " + escape(w.toString());
    } catch (Throwable t) {
      return "error " + kind(t) + " " + escape(t.getClass().getSimpleName() + ": " + t.getMessage());
    }
  }

  static String kind(Throwable t) {
    if (t instanceof ParseErrorException || t instanceof TemplateInitException) return "parse";
    if (t instanceof MethodInvocationException) return "method";
    if (t instanceof ResourceNotFoundException) return "resource";
    if (t instanceof MacroOverflowException) return "macro-depth";
    if (t instanceof StackOverflowError || t instanceof OutOfMemoryError) return "limit";
    return "runtime";
  }

  static String escape(String s) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '\\') b.append("\\\\");
      else if (c == '\n') b.append("\\n");
      else if (c == '\r') b.append("\\r");
      else if (c < ' ' || Character.isSurrogate(c)) b.append(String.format("\\u%04x", (int) c));
      else b.append(c);
    }
    return b.toString();
  }

  static String unescape(String s) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c != '\\') { b.append(c); continue; }
      c = s.charAt(++i);
      if (c == 'n') b.append('\n');
      else if (c == 'r') b.append('\r');
      else if (c == 'u') { b.append((char) Integer.parseInt(s.substring(i + 1, i + 5), 16)); i += 4; }
      else b.append(c);
    }
    return b.toString();
  }

  static void serve() throws IOException {
    PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, "UTF-8");
    System.setOut(System.err);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
    for (String line; (line = in.readLine()) != null; ) {
      int i = line.indexOf(' ');
      out.println(render(line.substring(0, i), unescape(line.substring(i + 1))));
      if (!in.ready()) out.flush();
    }
    out.flush();
  }

  public static void main(String[] args) throws Exception {
    Thread t = new Thread(null, () -> { try { serve(); } catch (IOException e) { throw new UncheckedIOException(e); } }, "serve", 256 << 20);
    t.start();
    t.join();
  }
}
