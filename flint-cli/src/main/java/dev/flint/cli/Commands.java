package dev.flint.cli;

import dev.flint.cli.command.AgentCommand;
import dev.flint.cli.command.AttachCommand;
import dev.flint.cli.command.AuthCommand;
import dev.flint.cli.command.BlobCommand;
import dev.flint.cli.command.BlobGetCommand;
import dev.flint.cli.command.BootTestCommand;
import dev.flint.cli.command.BuildCommand;
import dev.flint.cli.command.CheckCommand;
import dev.flint.cli.command.CompletionCommand;
import dev.flint.cli.command.ComposeCommand;
import dev.flint.cli.command.ConfigCommand;
import dev.flint.cli.command.ConfigGetCommand;
import dev.flint.cli.command.ConfigListCommand;
import dev.flint.cli.command.ConfigPathCommand;
import dev.flint.cli.command.ConfigSetCommand;
import dev.flint.cli.command.ConfigUnsetCommand;
import dev.flint.cli.command.Context;
import dev.flint.cli.command.ConvertCommand;
import dev.flint.cli.command.CopyCommand;
import dev.flint.cli.command.DemoCommand;
import dev.flint.cli.command.DiffCommand;
import dev.flint.cli.command.DigestCommand;
import dev.flint.cli.command.DoctorCommand;
import dev.flint.cli.command.ExecCommand;
import dev.flint.cli.command.HelpCommand;
import dev.flint.cli.command.ImagesCommand;
import dev.flint.cli.command.ImportCommand;
import dev.flint.cli.command.IndexCommand;
import dev.flint.cli.command.IndexCreateCommand;
import dev.flint.cli.command.IndexInspectCommand;
import dev.flint.cli.command.InspectCommand;
import dev.flint.cli.command.KillCommand;
import dev.flint.cli.command.LoadCommand;
import dev.flint.cli.command.LoginCommand;
import dev.flint.cli.command.LogoutCommand;
import dev.flint.cli.command.LogsCommand;
import dev.flint.cli.command.ManifestCommand;
import dev.flint.cli.command.ManifestDeleteCommand;
import dev.flint.cli.command.ManifestGetCommand;
import dev.flint.cli.command.ManifestPutCommand;
import dev.flint.cli.command.Models;
import dev.flint.cli.command.NameCacheCommand;
import dev.flint.cli.command.PodsCommand;
import dev.flint.cli.command.PortCommand;
import dev.flint.cli.command.PsCommand;
import dev.flint.cli.command.PullCommand;
import dev.flint.cli.command.PushCommand;
import dev.flint.cli.command.ReferrersCommand;
import dev.flint.cli.command.RegistryCommand;
import dev.flint.cli.command.RemoveImageCommand;
import dev.flint.cli.command.RemoveInstanceCommand;
import dev.flint.cli.command.ReposCommand;
import dev.flint.cli.command.RestartCommand;
import dev.flint.cli.command.RootCommand;
import dev.flint.cli.command.RunCommand;
import dev.flint.cli.command.SaveCommand;
import dev.flint.cli.command.SelfArchiveCommand;
import dev.flint.cli.command.StatsCommand;
import dev.flint.cli.command.StopCommand;
import dev.flint.cli.command.StoreCheckCommand;
import dev.flint.cli.command.StoreCollectCommand;
import dev.flint.cli.command.StoreCommand;
import dev.flint.cli.command.StoreListCommand;
import dev.flint.cli.command.StorePathCommand;
import dev.flint.cli.command.StoreUsageCommand;
import dev.flint.cli.command.TagCommand;
import dev.flint.cli.command.TagsCommand;
import dev.flint.cli.command.UnpackCommand;
import dev.flint.cli.command.VersionCommand;
import dev.flint.cli.command.WaitCommand;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/** The commands below the root. A run adds only its own where that is all it can need. */
final class Commands {
  /** In the order of the help. */
  private static final List<String> NAMES =
      List.of(
          "build",
          "import",
          "push",
          "pull",
          "unpack",
          "compose",
          "images",
          "inspect",
          "diff",
          "convert",
          "tag",
          "rmi",
          "store",
          "check",
          "boot-test",
          "run",
          "ps",
          "pods",
          "logs",
          "exec",
          "stop",
          "kill",
          "restart",
          "rm",
          "wait",
          "stats",
          "port",
          "copy",
          "save",
          "load",
          "index",
          "tags",
          "repos",
          "digest",
          "manifest",
          "blob",
          "referrers",
          "attach",
          "login",
          "logout",
          "auth",
          "config",
          "doctor",
          "agent",
          "registry",
          "demo",
          "version",
          "completion",
          "name-cache",
          "self-archive-training",
          "help");

  /** Options before a command that do not keep it from being run. */
  private static final Set<String> SWITCHES = Set.of("-q", "--quiet", "--debug");

  /** Commands that look at all the others. */
  private static final Set<String> ABOUT_ALL = Set.of("help", "completion");

  private Commands() {}

  /** The root with every command. */
  static CommandLine all(RootCommand root, Context context, Models models) {
    CommandLine line = models.of(root);
    NAMES.forEach(name -> line.addSubcommand(command(name, context, models).orElseThrow()));
    return line;
  }

  /** The root with as many commands as these arguments need. */
  static CommandLine neededBy(String[] args, RootCommand root, Context context, Models models) {
    Optional<CommandLine> chosen = chosen(args).flatMap(name -> command(name, context, models));
    return chosen.isPresent()
        ? models.of(root).addSubcommand(chosen.get())
        : all(root, context, models);
  }

  /** The word that must be the command's name, if that command needs no others. */
  static Optional<String> chosen(String... args) {
    int i = 0;
    while (i < args.length) {
      if (args[i].equals("--progress")) {
        i += 2;
      } else if (args[i].startsWith("--progress=") || SWITCHES.contains(args[i])) {
        i++;
      } else {
        return ABOUT_ALL.contains(args[i]) ? Optional.empty() : Optional.of(args[i]);
      }
    }
    return Optional.empty();
  }

  private static Optional<CommandLine> command(String name, Context context, Models models) {
    return switch (name) {
      case "index" ->
          Optional.of(
              models
                  .of(new IndexCommand())
                  .addSubcommand(models.of(new IndexCreateCommand(context)))
                  .addSubcommand(models.of(new IndexInspectCommand(context))));
      case "manifest" ->
          Optional.of(
              models
                  .of(new ManifestCommand())
                  .addSubcommand(models.of(new ManifestGetCommand(context)))
                  .addSubcommand(models.of(new ManifestPutCommand(context)))
                  .addSubcommand(models.of(new ManifestDeleteCommand(context))));
      case "blob" ->
          Optional.of(
              models.of(new BlobCommand()).addSubcommand(models.of(new BlobGetCommand(context))));
      case "store" ->
          Optional.of(
              models
                  .of(new StoreCommand())
                  .addSubcommand(models.of(new StoreListCommand(context)))
                  .addSubcommand(models.of(new StoreUsageCommand(context)))
                  .addSubcommand(models.of(new StoreCollectCommand(context)))
                  .addSubcommand(models.of(new StoreCheckCommand(context)))
                  .addSubcommand(models.of(new StorePathCommand(context))));
      case "auth" ->
          Optional.of(
              models
                  .of(new AuthCommand())
                  .addSubcommand(models.of(new AuthCommand.Explain(context))));
      case "config" ->
          Optional.of(
              models
                  .of(new ConfigCommand())
                  .addSubcommand(models.of(new ConfigListCommand(context)))
                  .addSubcommand(models.of(new ConfigGetCommand(context)))
                  .addSubcommand(models.of(new ConfigSetCommand(context)))
                  .addSubcommand(models.of(new ConfigUnsetCommand(context)))
                  .addSubcommand(models.of(new ConfigPathCommand(context))));
      case "registry" ->
          Optional.of(
              models
                  .of(new RegistryCommand())
                  .addSubcommand(models.of(new RegistryCommand.Serve(context))));
      // What follows the image is for the instance, whatever it looks like.
      case "run" -> Optional.of(models.of(new RunCommand(context)).setStopAtPositional(true));
      case "exec" -> Optional.of(models.of(new ExecCommand(context)).setStopAtPositional(true));
      default -> leaf(name, context).map(models::of);
    };
  }

  private static Optional<Object> leaf(String name, Context context) {
    return switch (name) {
      case "build" -> Optional.of(new BuildCommand(context));
      case "import" -> Optional.of(new ImportCommand(context));
      case "push" -> Optional.of(new PushCommand(context));
      case "pull" -> Optional.of(new PullCommand(context));
      case "compose" -> Optional.of(new ComposeCommand(context));
      case "unpack" -> Optional.of(new UnpackCommand(context));
      case "images", "ls" -> Optional.of(new ImagesCommand(context));
      case "inspect" -> Optional.of(new InspectCommand(context));
      case "diff" -> Optional.of(new DiffCommand(context));
      case "convert" -> Optional.of(new ConvertCommand(context));
      case "tag" -> Optional.of(new TagCommand(context));
      case "rmi" -> Optional.of(new RemoveImageCommand(context));
      case "boot-test" -> Optional.of(new BootTestCommand(context));
      case "check" -> Optional.of(new CheckCommand(context));
      case "ps" -> Optional.of(new PsCommand(context));
      case "pods" -> Optional.of(new PodsCommand(context));
      case "logs" -> Optional.of(new LogsCommand(context));
      case "stop" -> Optional.of(new StopCommand(context));
      case "kill" -> Optional.of(new KillCommand(context));
      case "restart" -> Optional.of(new RestartCommand(context));
      case "rm" -> Optional.of(new RemoveInstanceCommand(context));
      case "wait" -> Optional.of(new WaitCommand(context));
      case "stats" -> Optional.of(new StatsCommand(context));
      case "port" -> Optional.of(new PortCommand(context));
      case "copy" -> Optional.of(new CopyCommand(context));
      case "save" -> Optional.of(new SaveCommand(context));
      case "load" -> Optional.of(new LoadCommand(context));
      case "tags" -> Optional.of(new TagsCommand(context));
      case "repos" -> Optional.of(new ReposCommand(context));
      case "digest" -> Optional.of(new DigestCommand(context));
      case "referrers" -> Optional.of(new ReferrersCommand(context));
      case "attach" -> Optional.of(new AttachCommand(context));
      case "login" -> Optional.of(new LoginCommand(context));
      case "logout" -> Optional.of(new LogoutCommand(context));
      case "doctor" -> Optional.of(new DoctorCommand(context));
      case "agent" -> Optional.of(new AgentCommand());
      case "version" -> Optional.of(new VersionCommand(context));
      case "demo" -> Optional.of(new DemoCommand(context));
      case "completion" -> Optional.of(new CompletionCommand(context));
      case "name-cache" -> Optional.of(new NameCacheCommand(context));
      case "self-archive-training" -> Optional.of(new SelfArchiveCommand(context));
      case "help" -> Optional.of(new HelpCommand());
      default -> Optional.empty();
    };
  }
}
