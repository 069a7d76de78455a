// An alias goes before a namespace, so these rules are ours wherever an attribute names them.
global using AllowedValuesAttribute = Planable.Platform.Http.AllowedValuesAttribute;
global using MaxLengthAttribute = Planable.Platform.Http.MaxLengthAttribute;
global using MinLengthAttribute = Planable.Platform.Http.MinLengthAttribute;
global using RangeAttribute = Planable.Platform.Http.RangeAttribute;
global using RequiredAttribute = Planable.Platform.Http.RequiredAttribute;
