// Every file of the module checks its arguments with `require`; exported once, it need not be imported in each.
@_exported import Requirements
