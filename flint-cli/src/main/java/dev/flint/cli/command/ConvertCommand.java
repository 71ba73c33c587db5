package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.convert.DiskConversion.Converted;
import dev.flint.oci.convert.DiskConversion.Probe;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.TargetShape;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code flint convert}. */
@Command(
    name = "convert",
    sortOptions = false,
    description = "Make a qcow2 or raw disk file of a qcow2, raw, VMDK or VDI one.",
    footer = {
      "",
      "The guest sees the same bytes. Zeros take no room, and unsafe disks are",
      "refused, as by import. Prints the path of the new disk, which appears whole",
      "or not at all.",
      "",
      "Example:  flint convert appliance.vmdk appliance.qcow2",
      "          flint convert -c disk.raw small.qcow2"
    })
public final class ConvertCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "SRC", description = "The disk file there is.")
  Path source;

  @Parameters(
      index = "1",
      paramLabel = "DST",
      converter = DiskFileConverter.class,
      description = "The disk file to make.")
  Path target;

  @Option(
      names = {"-f", "--from-format"},
      paramLabel = "FORMAT",
      converter = DeclaredConverter.class,
      description = "Refuse SRC unless it is: qcow2, raw, vdi, vmdk. Default: what it is.")
  @Nullable DiskFormat declared;

  static final class DeclaredConverter implements ITypeConverter<DiskFormat> {
    @Override
    public DiskFormat convert(String text) {
      return DiskFormat.byId(text)
          .orElseThrow(
              () -> new TypeConversionException("expected qcow2, raw, vdi or vmdk: " + text));
    }
  }

  @Mixin TargetOptions wanted = new TargetOptions();

  @Option(names = "--force", description = "Replace what is there.")
  boolean force;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public ConvertCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    TargetShape shape = wanted.shape(target);
    DiskFormat format = declared;
    Probe probe =
        format == null
            ? DiskProbe::probe
            : (channel, name) -> DiskProbe.probe(channel, name, format);
    Converted converted = context.conversion().run(source, probe, target, shape, force);
    JsonObject json =
        JsonObject.empty()
            .with("source", json(source, converted.source()))
            .with("target", json(target, converted.target()));
    output.print(context, Result.object("convert/v1", json, target.toString()));
    return 0;
  }

  private static JsonObject json(Path file, DiskInfo disk) {
    return JsonObject.empty()
        .with("path", file.toString())
        .with("format", disk.format().id())
        .with("virtualSize", disk.virtualSize())
        .with("fileSize", disk.fileSize());
  }
}
