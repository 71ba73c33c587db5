package dev.flint.build.file;

import dev.flint.oci.error.FlintException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys that say how a variant is started. They stand at the top of the file, and again in the
 * section of a variant, where they win: single values and lists as a whole, variables one by one.
 */
final class ExecutionParser {
  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,9})(m|mi|mib|g|gi|gib)?");
  private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(/(?:tcp|udp))?");
  private static final long MAX_MEMORY = 1L << 30;
  private static final int MAX_CPUS = 4096;
  private static final int MAX_PORT = 65535;

  private final Section section;

  private ExecutionParser(Section section) {
    this.section = section;
  }

  static Execution parse(Section section, Execution outer) throws FlintException {
    return new ExecutionParser(section).parse(outer);
  }

  private Execution parse(Execution outer) throws FlintException {
    // Who names another program does not mean the arguments of the first.
    boolean ownCommand = section.has("command");
    List<String> command = section.texts("command");
    List<String> args = section.texts("args");
    Map<String, String> env = new LinkedHashMap<>(outer.env());
    env.putAll(env());
    return new Execution(
        ownCommand ? command : outer.command(),
        section.has("args") || ownCommand ? args : outer.args(),
        env,
        section.has("workingDir") ? workingDir() : outer.workingDir(),
        section.has("user") ? user() : outer.user(),
        section.has("ports") ? ports() : outer.ports(),
        section.has("memory") ? memory() : outer.memoryMib(),
        section.has("cpus") ? cpus() : outer.cpus());
  }

  private Map<String, String> env() throws FlintException {
    Map<String, String> env = section.map("env");
    for (String name : env.keySet()) {
      if (name.indexOf('=') >= 0 || name.chars().anyMatch(c -> c <= ' ')) {
        throw section.bad("env", "has \"" + name + "\", which is no name of a variable");
      }
    }
    return env;
  }

  private String workingDir() throws FlintException {
    String folder = section.text("workingDir");
    if (!folder.isEmpty() && !GuestPath.isAbsolute(folder)) {
      throw section.bad("workingDir", "must be an absolute path without . and ..");
    }
    return folder;
  }

  private String user() throws FlintException {
    String user = section.scalar("user");
    if (!user.matches("[A-Za-z0-9_.-]*(:[A-Za-z0-9_.-]+)?")) {
      throw section.bad("user", "must be user or user:group, names or numbers");
    }
    return user;
  }

  private List<String> ports() throws FlintException {
    Set<String> ports = new LinkedHashSet<>();
    for (String text : section.scalars("ports")) {
      Matcher matcher = PORT.matcher(text);
      int number = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
      if (number < 1 || number > MAX_PORT) {
        throw section.bad("ports", "has \"" + text + "\", which is no port such as 8080 or 53/udp");
      }
      ports.add(number + (matcher.group(2) == null ? "/tcp" : matcher.group(2)));
    }
    return List.copyOf(ports);
  }

  private OptionalLong memory() throws FlintException {
    String text = section.scalar("memory").toLowerCase(Locale.ROOT);
    Matcher matcher = MEMORY.matcher(text);
    if (matcher.matches()) {
      String unit = matcher.group(2) == null ? "m" : matcher.group(2);
      long mib = Long.parseLong(matcher.group(1)) * (unit.startsWith("g") ? 1024 : 1);
      if (mib >= 1 && mib <= MAX_MEMORY) {
        return OptionalLong.of(mib);
      }
    }
    throw section.bad("memory", "must be a size such as 512, 512Mi or 2Gi; plain numbers are MiB");
  }

  private OptionalInt cpus() throws FlintException {
    OptionalLong number = section.number("cpus", 1, MAX_CPUS);
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }
}
