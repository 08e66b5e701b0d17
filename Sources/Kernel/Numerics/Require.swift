// Every file of the kernel checks its arguments with `require`; exported once, it need not be imported in each.
@_exported import Requirements
