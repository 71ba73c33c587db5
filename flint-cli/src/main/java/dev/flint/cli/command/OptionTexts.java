package dev.flint.cli.command;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.NetworkText;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.instance.RestartRule.When;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The texts of options on instances, as Docker has them. */
final class OptionTexts {
  private OptionTexts() {}

  /** A name for an instance of an image: the last part of its repository, and a few letters. */
  static InstanceId nameFor(Reference image) {
    String repository = image.repository();
    String last = repository.substring(repository.lastIndexOf('/') + 1);
    String plain = last.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    String stem = plain.isEmpty() ? "instance" : plain.substring(0, Math.min(60, plain.length()));
    return new InstanceId(
        stem.replaceAll("-$", "") + "-" + UUID.randomUUID().toString().substring(0, 6));
  }

  static final class PortConverter implements ITypeConverter<PortForward> {
    // An address has dots, else the 8080 of 8080:80 would be one.
    private static final Pattern FORM =
        Pattern.compile(
            "(?:(?<ip>[0-9]+(?:\\.[0-9]+){3}|\\[[0-9a-fA-F:.]+]):)?(?:(?<host>[0-9]{0,5}):)?(?<port>[0-9]{1,5})(?:/(?<protocol>tcp|udp))?");

    @Override
    public PortForward convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("expected [[IP:]HOST:]PORT[/udp]: " + text);
      }
      String ip = matcher.group("ip");
      String host = matcher.group("host");
      try {
        return new PortForward(
            ip == null ? "0.0.0.0" : InetAddress.getByName(ip).getHostAddress(),
            host == null || host.isEmpty() ? 0 : Integer.parseInt(host),
            Integer.parseInt(matcher.group("port")),
            "udp".equals(matcher.group("protocol")) ? Protocol.UDP : Protocol.TCP);
      } catch (UnknownHostException | IllegalArgumentException e) {
        throw new TypeConversionException("not a port: " + text);
      }
    }
  }

  static final class MountConverter implements ITypeConverter<Mount> {
    private static final Pattern FORM =
        Pattern.compile("(?<source>[^:]+):(?<target>/[^:]*)(?::(?<how>ro|rw|live))?");

    @Override
    public Mount convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("expected SOURCE:TARGET[:ro|:rw|:live]: " + text);
      }
      String how = matcher.group("how");
      return new Mount(
          Path.of(matcher.group("source")).toAbsolutePath().normalize(),
          matcher.group("target"),
          "ro".equals(how) || "live".equals(how),
          "live".equals(how) ? Mount.Kind.LIVE : Mount.Kind.COPY);
    }
  }

  static final class SizeConverter implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([bkmg]?)(?:i?b)?");

    @Override
    public Long convert(String text) {
      Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
      if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
        throw new TypeConversionException("expected a size such as 128m: " + text);
      }
      int shift =
          switch (matcher.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
          };
      return Long.parseLong(matcher.group(1)) << shift;
    }
  }

  /** Of a machine: none has less than a MiB, so a small plain number is no bytes, but MiB. */
  static final class MemoryConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      long size = new SizeConverter().convert(text);
      return size < 1 << 20 && text.matches("[0-9]+") ? size << 20 : size;
    }
  }

  static final class CpusConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
        throw new TypeConversionException("expected a number of CPUs such as 1.5: " + text);
      }
      int milli = new BigDecimal(text).movePointRight(3).intValueExact();
      if (milli == 0) {
        throw new TypeConversionException("expected more than 0 CPUs: " + text);
      }
      return milli;
    }
  }

  static final class RestartConverter implements ITypeConverter<RestartRule> {
    @Override
    public RestartRule convert(String text) {
      if (text.matches("on-failure(:[0-9]{1,6})?")) {
        int colon = text.indexOf(':');
        return new RestartRule(
            When.ON_FAILURE, colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1)));
      }
      return switch (text) {
        case "no" -> RestartRule.NEVER;
        // A stop is remembered over restarts of the agent, so Docker's two are one here.
        case "always", "unless-stopped" -> new RestartRule(When.ALWAYS, 0);
        default ->
            throw new TypeConversionException("expected no, on-failure[:TIMES] or always: " + text);
      };
    }
  }

  static final class NetworkConverter implements ITypeConverter<Network> {
    @Override
    public Network convert(String text) {
      try {
        return NetworkText.parse(text);
      } catch (FlintException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  static final class TimeConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})(s|m|h)?");

    @Override
    public Duration convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("expected a time such as 90s or 5m: " + text);
      }
      long count = Long.parseLong(matcher.group(1));
      String unit = matcher.group(2);
      if ("h".equals(unit)) {
        return Duration.ofHours(count);
      }
      return "m".equals(unit) ? Duration.ofMinutes(count) : Duration.ofSeconds(count);
    }
  }

  static final class AgeConverter implements ITypeConverter<Duration> {
    private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,4})d");

    @Override
    public Duration convert(String text) {
      Matcher days = DAYS.matcher(text);
      if (days.matches()) {
        return Duration.ofDays(Long.parseLong(days.group(1)));
      }
      return text.matches("0[smhd]?") ? Duration.ZERO : new TimeConverter().convert(text);
    }
  }
}
