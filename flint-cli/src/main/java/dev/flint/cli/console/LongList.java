package dev.flint.cli.console;

import dev.flint.oci.json.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A document whose last member is a list so long that it is written item by item, as {@link
 * JsonObject#prettyBytes} would all at once.
 *
 * @param head the other members, at least one
 * @param member what the list is called
 */
public record LongList(JsonObject head, String member) {
  private static final int BUFFER = 32 * 1024;

  /** Writes it as a line. */
  public <T> void write(PrintStream out, Collection<T> items, Function<T, JsonObject> json) {
    String begin = pretty(head.withObjects(member, List.of()));
    // Up to the bracket of the list, which has nothing in it.
    StringBuilder text = new StringBuilder(begin.substring(0, begin.lastIndexOf(']') - 1));
    String separator = " ";
    for (T item : items) {
      text.append(separator).append(pretty(json.apply(item)).replace("\n", "\n  "));
      separator = ", ";
      if (text.length() > BUFFER) {
        out.print(text);
        text.setLength(0);
      }
    }
    out.println(text.append(" ]\n}"));
  }

  private static String pretty(JsonObject object) {
    return new String(object.prettyBytes(), StandardCharsets.UTF_8);
  }
}
