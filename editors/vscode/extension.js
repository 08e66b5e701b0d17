// Starts the language server for the files of books.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("weave").get("path");
  const selector = [
    { scheme: "file", language: "markdown" },
    { scheme: "file", pattern: "**/book.yml" },
    { scheme: "file", pattern: "**/references.json" },
  ];
  client = new LanguageClient(
    "weave",
    "Weave",
    { command, args: ["lsp"] },
    {
      documentSelector: selector,
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{md,png,jpg,jpeg,webp,gif,svg,csv,json,yml}") },
    },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
