global using Planable.Campaigns;
global using Planable.Workspaces;
